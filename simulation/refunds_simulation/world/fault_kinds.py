"""The kinds of faults: each function begins a fault and returns a function that ends it.

A new kind is a function here and a line in `KINDS`, or in `HARSH_KINDS`. Faults end by themselves, at the latest with
the run.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import TYPE_CHECKING

from refunds_simulation.product.misleading import misleading

if TYPE_CHECKING:
    from refunds_simulation.world.world import World

Undo = Callable[[], None]

STOPPED_AT_A_CALL = 0.6
MISLEADING = 3
UNFIT = 0.3
"""Probability that `payments_unreadable` makes rows impossible to store; otherwise it makes payments unreadable."""


def _nothing() -> None:
    pass


def crash(world: "World", seeded_random: Random) -> Undo:
    """A process crashes between two awaits, and is restarted later."""
    host = seeded_random.choice(world.hosts)
    host.crash()
    return host.start


def crash_soon(world: "World", seeded_random: Random) -> Undo:
    """A process crashes right after it has sent a call to a server, and is restarted later."""
    host = seeded_random.choice(world.hosts)
    world.at_call(host, 1 + int(seeded_random.random() * 12), host.crash)
    return host.start


def deploy(world: "World", seeded_random: Random) -> Undo:
    """A process is stopped, now or while one of its calls is running, and a new one is started."""
    host = seeded_random.choice(world.hosts)
    if seeded_random.random() < STOPPED_AT_A_CALL:
        world.at_call(host, 1 + int(seeded_random.random() * 12), host.stop)
    else:
        host.stop()
    return host.start


def pause(world: "World", seeded_random: Random) -> Undo:
    """A process is paused, and resumed after its leases and time-outs have passed."""
    host = seeded_random.choice(world.hosts)
    return world.pause(host)


def clock_steps(world: "World", seeded_random: Random) -> Undo:
    """A process's clock is wrong by up to some seconds, and is corrected later."""
    host = seeded_random.choice(world.hosts)
    host.clock.skew_ms = int((seeded_random.random() - 0.5) * 2 * world.settings.skew_s * 1000)

    def right() -> None:
        host.clock.skew_ms = host.clock.usual_ms

    return right


def fail_over(world: "World", seeded_random: Random) -> Undo:
    """The secondaries lag, then one becomes the primary: writes without a majority are rolled back."""
    lag_s, weather = seeded_random.random() * 5.0, world.servers.mongo.weather
    world.lag_s = lag_s

    def elected() -> None:
        weather.is_away = False
        world.lag_s = 0.0

    def lost() -> None:
        world.fail_over()
        world.lag_s, weather.is_away = 0.0, True
        world.loop.world_at(world.loop.time() + seeded_random.random() * 12.0, elected)

    world.loop.world_at(world.loop.time() + lag_s * seeded_random.random(), lost)
    return elected


def slow_majority(world: "World", seeded_random: Random) -> Undo:
    """The secondaries lag: acknowledgements take longer, and a fail-over rolls back more."""
    world.lag_s = seeded_random.random() * 4.0

    def fast() -> None:
        world.lag_s = 0.0

    return fast


def database_away(world: "World", _chance: Random) -> Undo:
    """The database is unreachable."""
    weather = world.servers.mongo.weather
    weather.is_away = True
    world.servers.mongo.reset()

    def back() -> None:
        weather.is_away = False

    return back


def database_answers_lost(world: "World", seeded_random: Random) -> Undo:
    """Writes are done without acknowledgement, or arrive late, or never."""
    weather = world.servers.mongo.weather
    weather.lost_answers, weather.late, weather.lost_asked = (seeded_random.random() * 0.15 for _ in range(3))
    return weather.clear


def cut_off(world: "World", seeded_random: Random) -> Undo:
    """One process is cut off from the database."""
    host, weather = seeded_random.choice(world.hosts), world.servers.mongo.weather
    weather.cut[host.name] = None

    def joined() -> None:
        weather.cut.pop(host.name, None)

    return joined


def hints_lost(world: "World", seeded_random: Random) -> Undo:
    """Hints and config invalidations are lost, late or duplicated, or their broker is unreachable."""
    weather = world.servers.redis.weather
    weather.is_away = seeded_random.random() < 0.3
    weather.lost_asked, weather.lost_answers, weather.late, weather.twice = (
        seeded_random.random() * 0.3 for _ in range(4)
    )
    return weather.clear


def bus_away(world: "World", seeded_random: Random) -> Undo:
    """The event bus does not answer, or loses its answers."""
    weather = world.servers.bus_wire.weather
    weather.is_away = seeded_random.random() < 0.5
    weather.lost_answers = seeded_random.random() * 0.5
    return weather.clear


def anchors_away(world: "World", seeded_random: Random) -> Undo:
    """The storage of anchors does not answer, or stores without acknowledgement."""
    weather = world.servers.anchors_wire.weather
    weather.is_away = seeded_random.random() < 0.4
    weather.lost_asked, weather.lost_answers = (seeded_random.random() * 0.5 for _ in range(2))
    return weather.clear


def gateway_away(world: "World", seeded_random: Random) -> Undo:
    """A gateway is unreachable."""
    weather = seeded_random.choice(list(world.servers.gateways.values())).wire.weather
    weather.is_away = True
    return weather.clear


def gateway_times_out(world: "World", seeded_random: Random) -> Undo:
    """A gateway does not answer, before or after it has moved the money, or answers much later."""
    weather = seeded_random.choice(list(world.servers.gateways.values())).wire.weather
    weather.lost_asked, weather.lost_answers, weather.late, weather.slow = (
        seeded_random.random() * 0.6 for _ in range(4)
    )
    return weather.clear


def gateway_misbehaves(world: "World", seeded_random: Random) -> Undo:
    """A gateway refuses, is busy, leaves refunds pending, contradicts itself, or fails late."""
    name = seeded_random.choice(list(world.servers.gateways))
    return world.misbehave(name, seeded_random)


def webhooks_odd(world: "World", seeded_random: Random) -> Undo:
    """Webhooks are late, duplicated, reordered or lost."""
    world.webhooks.make_odd(seeded_random)
    return world.webhooks.make_plain


def dashboard_refund(world: "World", seeded_random: Random) -> Undo:
    """A person makes a refund at the gateway."""
    world.dashboard_refund(seeded_random)
    return _nothing


def requests_lost(world: "World", seeded_random: Random) -> Undo:
    """Requests of callers, or their answers, are lost or late."""
    weather = world.edge.weather
    weather.lost_asked, weather.lost_answers, weather.late = (seeded_random.random() * 0.25 for _ in range(3))
    return weather.clear


def history_lost(world: "World", _chance: Random) -> Undo:
    """The stream of changes no longer has the changes after its readers' offsets: they scan all payments."""
    world.servers.database.forget_history()
    return _nothing


def payments_unreadable(world: "World", seeded_random: Random) -> Undo:
    """For a while readers cannot read some payments or store their rows, sometimes more than the quarantine accepts."""
    database = world.servers.database
    odd = database.unfit if seeded_random.random() < UNFIT else database.unreadable
    present = list(database.payments.local)[-20:]
    for payment_id in seeded_random.sample(present, min(len(present), 1 + int(seeded_random.random() * 3))):
        odd[payment_id] = None
    return odd.clear


def history_lost_behind(world: "World", seeded_random: Random) -> Undo:
    """The bus is unreachable until the stream of changes no longer has the changes after its reader's offset."""
    undo = bus_away(world, seeded_random)
    world.servers.bus_wire.weather.is_away = True

    def lost() -> None:
        world.servers.database.forget_history()
        undo()

    return lost


def rebuild_and_pause(world: "World", seeded_random: Random) -> Undo:
    """An operator orders a rebuild, and a reporting-engine is paused during it."""
    world.rebuild()
    undone: list[Undo] = []
    host = seeded_random.choice(world.of_kind("reporting"))
    at_s = world.loop.time() + seeded_random.random() ** 2 * 8.0
    world.loop.world_at(at_s, lambda: undone.append(world.pause(host)))

    def undo() -> None:
        for each in undone:
            each()

    return undo


def webhook_misleads(world: "World", seeded_random: Random) -> Undo:
    """Webhooks arrive that the gateway never sent, or that are wrong or incomplete."""
    name = seeded_random.choice(list(world.servers.gateways))
    for _ in range(MISLEADING):
        made = misleading(world.servers.gateways[name].server, seeded_random)
        if made is not None:
            world.webhooks.mislead(name, made)
            world.note(f"webhook misleads: {made.kind}")
    return _nothing


def rebuild(world: "World", _chance: Random) -> Undo:
    """An operator orders a rebuild of the read models."""
    world.rebuild()
    return _nothing


def gateway_unconfigured(world: "World", seeded_random: Random) -> Undo:
    """A process of gateway-integration is restarted with a configuration that lacks a gateway."""
    host, unconfigured = seeded_random.choice(world.of_kind("gateway")), world.servers.unconfigured
    unconfigured[host.name] = seeded_random.choice(list(world.servers.gateways))
    host.stop()

    def configured() -> None:
        if unconfigured.pop(host.name, None) is not None:
            host.stop()

    return configured


def pause_soon(world: "World", seeded_random: Random) -> Undo:
    """A process is paused right after it has sent a call to a server, and resumed after its leases have passed."""
    host = seeded_random.choice(world.of_kind("gateway"))
    undone: list[Undo] = []
    world.at_call(host, 1 + int(seeded_random.random() * 12), lambda: undone.append(world.pause(host)))

    def undo() -> None:
        world.at_no_call(host)
        for each in undone:
            each()

    return undo


Kind = Callable[["World", Random], Undo]

KINDS: Mapping[str, tuple[Kind, float, float]] = {
    "crash": (crash, 1.6, 60.0),
    "crash_soon": (crash_soon, 2.0, 60.0),
    "deploy": (deploy, 1.2, 30.0),
    "pause": (pause, 1.2, 60.0),
    "clock_steps": (clock_steps, 0.8, 1800.0),
    "fail_over": (fail_over, 1.4, 20.0),
    "slow_majority": (slow_majority, 0.8, 300.0),
    "database_away": (database_away, 0.6, 60.0),
    "database_answers_lost": (database_answers_lost, 1.4, 300.0),
    "cut_off": (cut_off, 0.7, 90.0),
    "hints_lost": (hints_lost, 0.9, 600.0),
    "bus_away": (bus_away, 0.5, 600.0),
    "anchors_away": (anchors_away, 0.3, 1800.0),
    "gateway_away": (gateway_away, 0.6, 600.0),
    "gateway_times_out": (gateway_times_out, 1.8, 600.0),
    "gateway_misbehaves": (gateway_misbehaves, 1.6, 900.0),
    "webhooks_odd": (webhooks_odd, 1.4, 1200.0),
    "dashboard_refund": (dashboard_refund, 1.0, 0.0),
    "requests_lost": (requests_lost, 1.0, 300.0),
    "history_lost": (history_lost, 0.25, 0.0),
    "rebuild": (rebuild, 0.25, 0.0),
}
"""Each kind with its weight and its longest duration in seconds."""

HARSH_KINDS: Mapping[str, tuple[Kind, float, float]] = {
    **KINDS,
    "gateway_away": (gateway_away, 0.9, 600.0),
    "gateway_misbehaves": (gateway_misbehaves, 2.4, 1800.0),
    "rebuild_and_pause": (rebuild_and_pause, 0.6, 60.0),
    "payments_unreadable": (payments_unreadable, 1.8, 120.0),
    "dashboard_refund": (dashboard_refund, 2.4, 0.0),
    "webhook_misleads": (webhook_misleads, 2.0, 0.0),
    "history_lost_behind": (history_lost_behind, 0.3, 900.0),
    "gateway_unconfigured": (gateway_unconfigured, 0.5, 900.0),
    "pause_soon": (pause_soon, 1.2, 360.0),
}
"""Further kinds for a harsh run, with weight and longest duration in seconds."""
