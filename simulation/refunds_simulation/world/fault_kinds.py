"""The kinds of faults. Each function begins a fault and returns a function that ends the fault.

A fault ends by itself, at the latest when the simulation ends. To add a kind, write a function here and add a line to
`KINDS` or `HARSH_KINDS`.
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
"""Probability that `payments_unreadable` makes rows impossible to store. Otherwise it makes payments unreadable."""


def _nothing() -> None:
    pass


def crash(world: "World", seeded_random: Random) -> Undo:
    """Crashes a process between two awaits. The process restarts later."""
    host = seeded_random.choice(world.hosts)
    host.crash()
    return host.start


def crash_soon(world: "World", seeded_random: Random) -> Undo:
    """Crashes a process right after it has sent a call to a server. The process restarts later."""
    host = seeded_random.choice(world.hosts)
    world.at_call(host, 1 + int(seeded_random.random() * 12), host.crash)
    return host.start


def deploy(world: "World", seeded_random: Random) -> Undo:
    """Stops a process gracefully, at once or during one of its calls. Then the process starts again."""
    host = seeded_random.choice(world.hosts)
    if seeded_random.random() < STOPPED_AT_A_CALL:
        world.at_call(host, 1 + int(seeded_random.random() * 12), host.stop)
    else:
        host.stop()
    return host.start


def pause(world: "World", seeded_random: Random) -> Undo:
    """Pauses a process until its leases and time-outs have passed, and then resumes it."""
    host = seeded_random.choice(world.hosts)
    return world.pause(host)


def clock_steps(world: "World", seeded_random: Random) -> Undo:
    """Makes a process's clock wrong by up to `skew_s` seconds. The clock is corrected later."""
    host = seeded_random.choice(world.hosts)
    host.clock.skew_ms = int((seeded_random.random() - 0.5) * 2 * world.settings.skew_s * 1000)

    def right() -> None:
        host.clock.skew_ms = host.clock.usual_ms

    return right


def fail_over(world: "World", seeded_random: Random) -> Undo:
    """Lets the secondaries lag and then makes one of them the primary. Writes without a majority are rolled back."""
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
    """Lets the secondaries lag. Acknowledgements then take longer, and a fail-over rolls back more writes."""
    world.lag_s = seeded_random.random() * 4.0

    def fast() -> None:
        world.lag_s = 0.0

    return fast


def database_away(world: "World", _chance: Random) -> Undo:
    """Makes the database unreachable."""
    weather = world.servers.mongo.weather
    weather.is_away = True
    world.servers.mongo.reset()

    def back() -> None:
        weather.is_away = False

    return back


def database_answers_lost(world: "World", seeded_random: Random) -> Undo:
    """Loses acknowledgements of writes. Some writes arrive late or never."""
    weather = world.servers.mongo.weather
    weather.lost_answers, weather.late, weather.lost_asked = (seeded_random.random() * 0.15 for _ in range(3))
    return weather.clear


def cut_off(world: "World", seeded_random: Random) -> Undo:
    """Cuts one process off from the database."""
    host, weather = seeded_random.choice(world.hosts), world.servers.mongo.weather
    weather.cut[host.name] = None

    def joined() -> None:
        weather.cut.pop(host.name, None)

    return joined


def hints_lost(world: "World", seeded_random: Random) -> Undo:
    """Loses, delays or doubles hints and config invalidations. Sometimes their broker is unreachable."""
    weather = world.servers.redis.weather
    weather.is_away = seeded_random.random() < 0.3
    weather.lost_asked, weather.lost_answers, weather.late, weather.twice = (
        seeded_random.random() * 0.3 for _ in range(4)
    )
    return weather.clear


def bus_away(world: "World", seeded_random: Random) -> Undo:
    """Makes the event bus unreachable, or loses its answers."""
    weather = world.servers.bus_wire.weather
    weather.is_away = seeded_random.random() < 0.5
    weather.lost_answers = seeded_random.random() * 0.5
    return weather.clear


def anchors_away(world: "World", seeded_random: Random) -> Undo:
    """Makes the storage of anchors unreachable, or loses calls or answers."""
    weather = world.servers.anchors_wire.weather
    weather.is_away = seeded_random.random() < 0.4
    weather.lost_asked, weather.lost_answers = (seeded_random.random() * 0.5 for _ in range(2))
    return weather.clear


def gateway_away(world: "World", seeded_random: Random) -> Undo:
    """Makes a gateway unreachable."""
    weather = seeded_random.choice(list(world.servers.gateways.values())).wire.weather
    weather.is_away = True
    return weather.clear


def gateway_times_out(world: "World", seeded_random: Random) -> Undo:
    """Loses or delays calls to a gateway or their answers. The gateway may or may not have moved the money."""
    weather = seeded_random.choice(list(world.servers.gateways.values())).wire.weather
    weather.lost_asked, weather.lost_answers, weather.late, weather.slow = (
        seeded_random.random() * 0.6 for _ in range(4)
    )
    return weather.clear


def gateway_misbehaves(world: "World", seeded_random: Random) -> Undo:
    """Gives a gateway bad habits.

    Such a gateway may refuse, be busy, leave refunds pending, contradict itself, or fail late.
    """
    name = seeded_random.choice(list(world.servers.gateways))
    return world.misbehave(name, seeded_random)


def webhooks_odd(world: "World", seeded_random: Random) -> Undo:
    """Lets webhooks be late, doubled, lost, or delivered in another sequence."""
    world.webhooks.make_odd(seeded_random)
    return world.webhooks.make_plain


def dashboard_refund(world: "World", seeded_random: Random) -> Undo:
    """Makes a refund at the gateway, as a person would there."""
    world.dashboard_refund(seeded_random)
    return _nothing


def requests_lost(world: "World", seeded_random: Random) -> Undo:
    """Loses or delays callers' requests, or loses the answers."""
    weather = world.edge.weather
    weather.lost_asked, weather.lost_answers, weather.late = (seeded_random.random() * 0.25 for _ in range(3))
    return weather.clear


def history_lost(world: "World", _chance: Random) -> Undo:
    """Removes from the stream the changes after its readers' offsets. The readers must then scan all payments."""
    world.servers.database.forget_history()
    return _nothing


def payments_unreadable(world: "World", seeded_random: Random) -> Undo:
    """For a while, makes some payments unreadable for the readers, or makes their rows impossible to store.

    Sometimes these payments are more than the quarantine accepts.
    """
    database = world.servers.database
    odd = database.unfit if seeded_random.random() < UNFIT else database.unreadable
    present = list(database.payments.local)[-20:]
    for payment_id in seeded_random.sample(present, min(len(present), 1 + int(seeded_random.random() * 3))):
        odd[payment_id] = None
    return odd.clear


def history_lost_behind(world: "World", seeded_random: Random) -> Undo:
    """Makes the event bus unreachable until the stream has lost the changes after the publisher's offset."""
    undo = bus_away(world, seeded_random)
    world.servers.bus_wire.weather.is_away = True

    def lost() -> None:
        world.servers.database.forget_history()
        undo()

    return lost


def rebuild_and_pause(world: "World", seeded_random: Random) -> Undo:
    """Starts a rebuild of the read models, as an operator would, and pauses a reporting-engine during it."""
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
    """Delivers webhooks that the gateway never sent, or that are wrong or incomplete."""
    name = seeded_random.choice(list(world.servers.gateways))
    for _ in range(MISLEADING):
        made = misleading(world.servers.gateways[name].server, seeded_random)
        if made is not None:
            world.webhooks.mislead(name, made)
            world.note(f"webhook misleads: {made.kind}")
    return _nothing


def rebuild(world: "World", _chance: Random) -> Undo:
    """Starts a rebuild of the read models, as an operator would."""
    world.rebuild()
    return _nothing


def gateway_unconfigured(world: "World", seeded_random: Random) -> Undo:
    """Restarts a process of gateway-integration with a configuration that lacks one gateway."""
    host, unconfigured = seeded_random.choice(world.of_kind("gateway")), world.servers.unconfigured
    unconfigured[host.name] = seeded_random.choice(list(world.servers.gateways))
    host.stop()

    def configured() -> None:
        if unconfigured.pop(host.name, None) is not None:
            host.stop()

    return configured


def pause_soon(world: "World", seeded_random: Random) -> Undo:
    """Pauses a process right after it has sent a call to a server. Resumes the process after its leases have passed."""
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
"""Maps each kind to its function, its weight and its longest duration in seconds."""

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
"""Additional kinds for harsh simulations, with function, weight and longest duration in seconds."""
