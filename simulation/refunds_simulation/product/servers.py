"""The simulated servers and the connections to them. Servers and connections outlive every process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.gateway.hints import MemoryBroker
from refunds.adapters.memory.projections.event_bus import MemoryBus
from refunds.adapters.memory.settings.config_invalidation import MemoryChannel
from refunds.domain.attempt.gateway_profiles import GatewayProfile
from refunds.ports.gateway.hints import Hint, HintKind
from refunds.services.gateway_integration.metrics import GatewayMetrics
from refunds_simulation.machine.line import Server
from refunds_simulation.product.arranged_gateway import ArrangedGateway


class CountingBroker(MemoryBroker):
    """Counts how many submission hints were taken for each refund.

    Every worker that took a hint may make the refund's first submission.
    """

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[str, int] = {}

    def pop(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """See `MemoryBroker`."""
        hints = super().pop(kind, hints_max)
        for hint in hints if kind is HintKind.SUBMIT else ():
            self.taken[hint.refund_id] = self.taken.get(hint.refund_id, 0) + 1
        return hints


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPlace:
    """A gateway, the connection to it, and the profile that the gateway documents."""

    server: ArrangedGateway
    wire: Server
    profile: GatewayProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """All servers. `anchors` has the text of each anchor, by the name of its sequence (epoch) and its number.

    `unconfigured` maps the names of some processes to the gateway that their configuration lacks.
    """

    database: MemoryDatabase
    mongo: Server
    broker: CountingBroker
    channel: MemoryChannel
    redis: Server
    bus: MemoryBus
    bus_wire: Server
    gateways: Mapping[str, GatewayPlace]
    gateway_metrics: GatewayMetrics
    anchors: dict[tuple[int, int], bytes]
    anchors_wire: Server
    unconfigured: dict[str, str] = field(default_factory=dict)
