"""Repeats a request with the same key until the answer is final. The pauses between the requests grow."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from refunds_simulation.machine.edge import Answer, Edge
from refunds_simulation.machine.host import Host

TRIES_MAX = 8
PAUSE_MAX_S = 60.0

Work = Callable[[Any], Awaitable[object]]


@dataclass(slots=True, kw_only=True)
class Counts:
    """Counts commands, requests, and the answers of each outcome."""

    commands: int = 0
    requests: int = 0
    commands_by_hour: dict[int, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)

    def add(self, commands: int, at_s: float) -> None:
        """Adds `commands` to the total, and to the count of the hour that contains `at_s`."""
        hour = int(at_s // 3600)
        self.commands += commands
        self.commands_by_hour[hour] = self.commands_by_hour.get(hour, 0) + commands


@dataclass(slots=True, kw_only=True)
class Caller:
    """A program or person that sends requests. `name` also identifies the caller to the product."""

    name: str
    edge: Edge
    seeded_random: Random
    counts: Counts
    tries_max: int = TRIES_MAX

    async def insist(
        self,
        hosts: Sequence[Host[Any]],
        what: str,
        subject: str,
        work: Work,
        on_answer: Callable[[Answer], None] | None = None,
    ) -> Answer:
        """Repeats the request until its answer is final or `tries_max` is reached. Returns the last answer.

        Calls `on_answer` with every answer.
        """
        counts, edge = self.counts, self.edge
        counts.add(1, edge.loop.time())
        pause_s = 1.0
        answer = Answer("not asked", is_final=False)
        for number in range(self.tries_max):
            counts.requests += 1
            answer = await edge.ask(hosts, self.name, what, subject, work)
            counts.outcomes[answer.outcome] = counts.outcomes.get(answer.outcome, 0) + 1
            if on_answer is not None:
                on_answer(answer)
            if answer.is_final or number + 1 == self.tries_max:
                return answer
            await asyncio.sleep(pause_s * (0.5 + self.seeded_random.random()))
            pause_s = min(pause_s * 2.0, PAUSE_MAX_S)
        return answer
