"""What outlives every process: database, broker, channel, bus, gateways, the place of anchors, and wires to them."""

from collections.abc import Mapping
from dataclasses import dataclass

from refunds.adapters.memory.config_invalidation import MemoryChannel
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.event_bus import MemoryBus
from refunds.adapters.memory.hints import MemoryBroker
from refunds.domain.attempt.gateway_profiles import GatewayProfile
from refunds.services.gateway_integration.metrics import GatewayMetrics
from refunds_simulation.gateways import LivingGateway
from refunds_simulation.line import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPlace:
    """A gateway, the wire to it, and what its documentation says of it."""

    server: LivingGateway
    wire: Server
    profile: GatewayProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """All of them; `anchors` are texts by epoch and number."""

    database: MemoryDatabase
    mongo: Server
    broker: MemoryBroker
    channel: MemoryChannel
    redis: Server
    bus: MemoryBus
    bus_wire: Server
    gateways: Mapping[str, GatewayPlace]
    gateway_metrics: GatewayMetrics
    anchors: dict[tuple[int, int], bytes]
    anchors_wire: Server
