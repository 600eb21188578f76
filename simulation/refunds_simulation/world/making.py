"""Creates the servers and processes of a simulated world, and acts on them. Only `world` uses this module."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry

from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.gateway.gateway_habits import Habits
from refunds.adapters.memory.gateway.gateway_wire import FAILED, SUCCEEDED, GatewayRefund
from refunds.adapters.memory.projections.event_bus import MemoryBus
from refunds.adapters.memory.projections.positions import POSITIONS
from refunds.adapters.memory.projections.read_models import MemoryReadModels
from refunds.adapters.memory.settings.config_invalidation import MemoryChannel
from refunds.adapters.memory.settings.tenants import MemoryTenants
from refunds.domain.attempt.gateway_profiles import GatewayProfile
from refunds.domain.payment.states import FINAL, Status
from refunds.domain.tenancy import ALL_TENANTS, PLATFORM, Tenant, TenantKind
from refunds.ports.projections.read_models import Phase, Position
from refunds.services.gateway_integration.metrics import GatewayMetrics
from refunds_simulation.machine.chance import stream
from refunds_simulation.machine.host import START, Host, HostClock, Loop
from refunds_simulation.machine.line import Server
from refunds_simulation.product import services
from refunds_simulation.product.arranged_gateway import arranged_gateway
from refunds_simulation.product.gateways import HARSH, LIFETIMES_S, PLAIN, bad_habits, refund_by_people
from refunds_simulation.product.parts import Parts, open_parts
from refunds_simulation.product.pauses import CALL_S
from refunds_simulation.product.servers import CountingBroker, GatewayPlace, Servers

if TYPE_CHECKING:
    from refunds_simulation.world.world import World

COUNTS = {"api": 2, "manager": 2, "gateway": 2, "reporting": 2, "parameters": 1}
MEMBER_SOUGHT_S = 2.0
USUAL_SKEW_MS = 250
RESTART_MIN_S, RESTART_SPREAD_S = 1.0, 60.0
LIKE_OURS = 0.4
"""Probability that a refund made at a gateway copies the amount of an open refund of this service."""

OVER_RESERVED = 0.6
"""Probability that a refund made at a gateway exceeds the refundable amount of a payment in the product."""


def servers(world: "World") -> Servers:
    """Creates all servers and the connections to them."""
    seed = world.settings.seed

    def wire(name: str, given_up_s: float = 10.0, refused_s: float = 0.0) -> Server:
        return Server(
            name=name,
            loop=world.loop,
            trace=world.trace,
            seeded_random=stream(seed, f"wire/{name}").random,
            happened=world.note,
            given_up_s=given_up_s,
            refused_s=refused_s,
        )

    gateways = {
        name: GatewayPlace(
            server=arranged_gateway(
                name,
                world.loop,
                stream(seed, f"gateway/{name}"),
                world.publish,
                partial(_is_known, world),
                lambda gateway, event_id: (gateway, event_id) in world.webhooks.taken,
                good_habits(world),
            ),
            wire=wire(name, CALL_S),
            profile=GatewayProfile(key_lifetime_s=lifetime_s),
        )
        for name, lifetime_s in LIFETIMES_S.items()
    }
    database = MemoryDatabase(world.clock, lambda: world.lag_s)
    return Servers(
        database=database,
        mongo=wire("mongo", refused_s=MEMBER_SOUGHT_S),
        broker=CountingBroker(),
        channel=MemoryChannel(),
        redis=wire("redis"),
        bus=MemoryBus(),
        bus_wire=wire("bus"),
        gateways=gateways,
        gateway_metrics=GatewayMetrics(CollectorRegistry()),
        anchors={},
        anchors_wire=wire("anchors"),
    )


def _is_known(world: "World", gateway: str, refund: GatewayRefund) -> bool:
    """Returns whether the product has stored the refund's outcome, and the gateway's id for the attempt that it names.

    An external refund may have the id first. The two are merged later.
    """
    payments = world.servers.database.payments
    payment_id = payments.majority_index.by_capture.get((gateway, refund.gateway_payment_id), "")
    document = payments.majority.get(payment_id)
    return document is not None and any(
        attempt.has_id(refund.id)
        and refund.reference in ("", attempt.id)
        and _OUTCOMES.get(each.status) == refund.status
        for each in document.payment.refunds
        for attempt in each.attempts
    )


_OUTCOMES = {Status.COMPLETED: SUCCEEDED, Status.FAILED: FAILED, Status.REVERSED: FAILED}


def good_habits(world: "World") -> Habits:
    """Returns the habits that a gateway has while no fault is active."""
    return HARSH if world.settings.is_harsh else PLAIN


def wires(of: Servers) -> Iterator[Server]:
    """Yields the connections to all servers."""
    yield from (of.mongo, of.redis, of.bus_wire, of.anchors_wire)
    yield from (place.wire for place in of.gateways.values())


def hosts(world: "World") -> list[Host[Any]]:
    """Creates all processes, but does not start them."""
    made: list[Host[Any]] = []
    for kind, count in COUNTS.items():
        for number in range(1, count + 1):
            name = f"{kind}-{number}"
            seeded_random = stream(world.settings.seed, f"host/{name}")
            made.append(
                Host(
                    name=name,
                    kind=kind,
                    loop=world.loop,
                    trace=world.trace,
                    build=partial(_build, world, _BUILDS[kind]),
                    clock=HostClock(world.loop, int((seeded_random.random() - 0.5) * 2 * USUAL_SKEW_MS)),
                    restart_after=partial(_restart_s, seeded_random),
                )
            )
    return made


def _restart_s(seeded_random: Random) -> float:
    return RESTART_MIN_S + RESTART_SPREAD_S * seeded_random.random() ** 2


Build = Callable[[Parts], tuple[Any, list[Loop]]]


async def _build(world: "World", build: Build, host: Host[Any]) -> tuple[Any, list[Loop]]:
    return build(await open_parts(host, world.servers, world.settings.seed))


def _api(parts: Parts) -> tuple[Any, list[Loop]]:
    """Builds the API. One of its two processes leaves reviews to the request-manager."""
    return services.build_api(parts, tuple(LIFETIMES_S), is_reviewed_now=parts.host.name.endswith("1"))


_BUILDS: dict[str, Build] = {
    "api": _api,
    "manager": services.build_manager,
    "gateway": services.build_gateway_integration,
    "reporting": services.build_reporting,
    "parameters": services.build_parameters,
}


def tenants(merchants: int) -> list[Tenant]:
    """Returns one bank, one program, one organization, and `merchants` merchants of the organization."""
    path: tuple[str, ...] = (PLATFORM,)
    made: list[Tenant] = []
    for kind, tenant_id in (
        (TenantKind.BANK, "bnk_one"),
        (TenantKind.PROGRAM, "prg_one"),
        (TenantKind.ORGANIZATION, "org_one"),
    ):
        path = (*path, tenant_id)
        made.append(_tenant(kind, path))
    return made + [_tenant(TenantKind.MERCHANT, (*path, f"mer_{number}")) for number in range(1, merchants + 1)]


def _tenant(kind: TenantKind, path: tuple[str, ...]) -> Tenant:
    return Tenant(
        id=path[-1], kind=kind, parent_id=path[-2], name=path[-1], path=path, added_by="usr_admin", added_at=START
    )


async def add_tenants(world: "World", of: Sequence[Tenant]) -> None:
    """Stores the tenants before the simulated hours begin."""
    store = MemoryTenants(world.servers.database)
    for tenant in of:
        await store.add(ALL_TENANTS, tenant)


def read_models(world: "World") -> MemoryReadModels:
    """Returns a client of the read models, as an operator uses it."""
    return MemoryReadModels(world.servers.database)


def has_caught_up(database: MemoryDatabase) -> bool:
    """Returns whether all readers of the feed have applied all changes and no rebuild is running."""
    changes_until = database.changes_until()
    positions: dict[str, Position] = database.tables[POSITIONS].local
    return len(positions) > 1 and all(
        each.read_to >= changes_until and each.phase is Phase.STREAMING and not each.is_building
        for each in positions.values()
    )


def misbehave(world: "World", gateway: str, seeded_random: Random) -> Callable[[], None]:
    """Gives a gateway bad habits. Returns the function that ends them."""
    of = world.servers.gateways[gateway].server
    of.habits = bad_habits(seeded_random, is_harsh=world.settings.is_harsh)

    def behave() -> None:
        of.habits = good_habits(world)

    return behave


def _refund_over_what_is_reserved(world: "World", seeded_random: Random) -> bool:
    """Makes a refund at the gateway that exceeds the payment's refundable amount in the product."""
    gateways, found = world.servers.gateways, []
    for document in world.servers.database.payments.majority.values():
        payment = document.payment
        account = gateways[payment.gateway].server.payments.get(payment.gateway_payment_id)
        if account is not None and account.remaining > payment.refundable_amount:
            found.append((payment, account.remaining))
    if not found:
        return False
    payment, remaining = seeded_random.choice(found[-20:])
    amount = seeded_random.randrange(payment.refundable_amount + 1, remaining + 1)
    return gateways[payment.gateway].server.refund_by_people(payment.gateway_payment_id, amount) is not None


def _refund_like_one_of_ours(world: "World", seeded_random: Random) -> bool:
    """Makes a refund at the gateway that has the payment and amount of an unfinished refund of the product."""
    payments = [document.payment for document in world.servers.database.payments.majority.values()]
    found = [(p, r.amount) for p in payments for r in p.refunds if r.attempts and r.status not in FINAL]
    if not found:
        return False
    payment, amount = seeded_random.choice(found[-20:])
    server = world.servers.gateways[payment.gateway].server
    return server.refund_by_people(payment.gateway_payment_id, amount) is not None


def dashboard_refund(world: "World", seeded_random: Random) -> None:
    """Makes a refund at a gateway, as a person would there.

    The refund may equal a refund of the product, or exceed the payment's refundable amount in the product.
    """
    if seeded_random.random() < LIKE_OURS and _refund_like_one_of_ours(world, seeded_random):
        world.note("refund made at the gateway like one of ours")
        return
    if seeded_random.random() < OVER_RESERVED and _refund_over_what_is_reserved(world, seeded_random):
        world.note("refund made at the gateway over what is reserved")
        return
    name = seeded_random.choice(list(world.servers.gateways))
    if refund_by_people(world.servers.gateways[name].server, seeded_random):
        world.note("refund made at the gateway")
