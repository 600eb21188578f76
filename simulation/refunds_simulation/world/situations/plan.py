"""Plans the situations of a simulation from the seed. Each requested kind occurs once an hour.

Each kind and each situation has its own random stream, so none of them changes another. To add a kind, write a function
that takes a `Scene` and add a line to `KINDS`.
"""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from refunds_simulation.callers.stage import Script
from refunds_simulation.machine.chance import stream
from refunds_simulation.settings import RunSettings
from refunds_simulation.world.situations.fail_overs import answer_taken_away, keys_collide
from refunds_simulation.world.situations.gateways import books_outdated, success_unreported
from refunds_simulation.world.situations.readers import quarantine_overflows, reader_overtaken
from refunds_simulation.world.situations.scene import Scene

KINDS: Mapping[str, Callable[[Scene], Coroutine[Any, Any, None]]] = {
    "answer_taken_away": answer_taken_away,
    "keys_collide": keys_collide,
    "books_outdated": books_outdated,
    "success_unreported": success_unreported,
    "reader_overtaken": reader_overtaken,
    "quarantine_overflows": quarantine_overflows,
}

NUMBERS_FROM, NUMBERS_PER_HOUR = 100_000, 100
"""First number of a situation, and how many numbers an hour has; callers' other scripts have smaller ones."""

SPAN_S = 3_000.0
"""Situations begin within this number of seconds after the start of each hour."""


def plan(settings: RunSettings) -> list[Script]:
    """Returns the situations of all hours. A plan for fewer hours is a subset of a plan for more hours."""
    planned = []
    for place, kind in enumerate(KINDS):
        seeded_random = stream(settings.seed, f"situations/{kind}")
        for hour in range(settings.hours if kind in settings.situations else 0):
            number = NUMBERS_FROM + hour * NUMBERS_PER_HOUR + place
            at_s = hour * 3_600.0 + seeded_random.random() * SPAN_S
            planned.append(Script(number=number, at_s=at_s, kind=kind))
    return planned
