"""Callers make at least 50 commands in each simulated hour, whatever its faults are."""

from refunds_simulation.callers.scripts import COMMANDS_PER_HOUR_MIN
from refunds_simulation.runs.log_watch import LogWatch, listening
from refunds_simulation.settings import RunSettings
from refunds_simulation.world.world import BEGIN_S, World


def test_an_hour_has_its_commands_even_if_the_database_is_away_all_the_time() -> None:
    world = World(RunSettings(seed=1, hours=1, without_faults=frozenset(range(100))))

    def away() -> None:
        world.servers.mongo.weather.is_away = True

    world.loop.world_at(BEGIN_S + 1.0, away)
    with listening(LogWatch(broken=str)):
        world.live()
        world.loop.end()

    assert world.counts.commands_by_hour[0] >= COMMANDS_PER_HOUR_MIN
    assert "ok" not in world.counts.outcomes
