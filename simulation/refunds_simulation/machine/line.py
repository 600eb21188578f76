"""The connection of a process to a server, which is a database, a broker, a bus or a gateway.

The connection loses and delays messages. A call takes time to reach the server and has its effect there. Its answer
takes time to return. A message that was sent arrives even if its sender crashes. `Weather` has the current
probabilities of faults. The fault plan changes these probabilities.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from refunds.adapters.memory.line import DOUBLED, LineLost, NotSent
from refunds_simulation.machine.loop import Machine, SimLoop
from refunds_simulation.machine.trace import Trace

Result = TypeVar("Result")

TRIP_MIN_S, TRIP_SPREAD_S = 0.0002, 0.003
SLOW_MIN_S, SLOW_SPREAD_S = 0.05, 3.0
GIVEN_UP_S = 10.0
"""Time-out of a call, in seconds."""

LATE_S = 30.0
"""Longest delay of a late message, in seconds. The delay often exceeds the time-out."""


@dataclass(slots=True, kw_only=True)
class Weather:
    """The current faults of the connections to one server. The numbers are shares of all calls.

    `lost_asked` is the share of calls that never arrive. `lost_answers` is the share that have their effect but get no
    answer. `late` is the share that arrive late, and `slow` the share that take seconds. `twice` is the share of hints
    that are delivered twice. While `is_away` is True, no process reaches the server. Calls of the processes in `cut`
    never arrive.
    """

    lost_asked: float = 0.0
    lost_answers: float = 0.0
    late: float = 0.0
    slow: float = 0.0
    twice: float = 0.0
    is_away: bool = False
    cut: dict[str, None] = field(default_factory=dict)

    @property
    def worst(self) -> float:
        """Returns the share of calls that have a fault."""
        return self.lost_asked + self.lost_answers + self.late + self.slow

    def clear(self) -> None:
        """Ends all faults."""
        self.lost_asked = self.lost_answers = self.late = self.slow = self.twice = 0.0
        self.is_away = False
        self.cut.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """Describes what happens to one call.

    If `is_done` is True, the call has its effect after `late_s` seconds. If `is_answered` is True, the answer arrives.
    """

    is_done: bool = True
    is_answered: bool = True
    late_s: float = 0.0
    outcome: str = ""


PLAIN = Fate()
LOST = Fate(is_done=False, is_answered=False, outcome="lost")
CUT = Fate(is_done=False, is_answered=False, outcome="cut off")
UNANSWERED = Fate(is_answered=False)


@dataclass(slots=True, kw_only=True)
class Server:
    """One server and the connections to it. `happened` is called for each fault of a call.

    While the server is away, a call fails after `refused_s` seconds. Real drivers look for another member in this time.
    """

    name: str
    loop: SimLoop
    trace: Trace
    seeded_random: Callable[[], float]
    happened: Callable[[str], None]
    weather: Weather = field(default_factory=Weather)
    given_up_s: float = GIVEN_UP_S
    refused_s: float = 0.0
    _asked: dict["asyncio.Future[Any]", None] = field(default_factory=dict)

    def fate(self) -> "Fate":
        """Decides at random what happens to the next call."""
        weather, draw = self.weather, self.seeded_random()
        if draw >= weather.worst:
            return PLAIN
        if draw < weather.lost_asked:
            self.happened(f"{self.name}: asked and lost")
            return LOST
        if draw < weather.lost_asked + weather.lost_answers:
            self.happened(f"{self.name}: answer lost")
            return UNANSWERED
        if draw < weather.lost_asked + weather.lost_answers + weather.late:
            self.happened(f"{self.name}: late")
            return Fate(late_s=LATE_S * self.seeded_random())
        self.happened(f"{self.name}: slow")
        return Fate(late_s=SLOW_MIN_S + SLOW_SPREAD_S * self.seeded_random())

    def reset(self) -> None:
        """Drops all connections. Waiting callers get LineLost, although their calls may still have an effect."""
        asked, self._asked = self._asked, {}
        for future in asked:
            _fail(future, LineLost())


class SimLine:
    """The connection of one process to one server. See `refunds.adapters.memory.line`."""

    def __init__(self, machine: Machine, server: Server) -> None:
        self._machine = machine
        self._server = server

    def call(self, operation: str, effect: Callable[[], Result], subject: str = "") -> "asyncio.Future[Result]":
        """Sends a call to the server. The future gets the result or the error of `effect`, or NotSent or LineLost."""
        server = self._server
        loop, weather = server.loop, server.weather
        future: asyncio.Future[Result] = loop.create_future()
        if self._machine.fuse >= 0:
            self._count(operation)
        server._asked[future] = None  # noqa: SLF001 - a line and its server are one thing in two parts
        there_s = TRIP_MIN_S + TRIP_SPREAD_S * server.seeded_random()
        now_s = loop.now_s
        if weather.is_away:
            self._trace(operation, subject, "not sent")
            loop.world_at(now_s + there_s + server.refused_s, self._end, future, NotSent())
            return future
        fate = CUT if self._machine.name in weather.cut else server.fate() if weather.worst > 0.0 else PLAIN
        if fate.outcome:
            self._trace(operation, subject, fate.outcome)
        if fate is PLAIN:
            loop.world_at(now_s + there_s, self._arrive, future, operation, effect, subject, True)
            return future
        if not fate.is_answered or there_s + fate.late_s > server.given_up_s:
            loop.world_at(now_s + server.given_up_s, self._end, future, LineLost())
        if fate.is_done:
            loop.world_at(
                now_s + there_s + fate.late_s, self._arrive, future, operation, effect, subject, fate.is_answered
            )
        return future

    def _count(self, operation: str) -> None:
        """Counts a call. If the fault plan chose this call, the process crashes during it."""
        machine, server = self._machine, self._server
        if not operation.startswith(machine.fuse_for):
            return
        machine.fuse -= 1
        if machine.fuse < 0 and machine.blow is not None:
            within_s = 0.0 if machine.fuse_for else 2 * TRIP_SPREAD_S * server.seeded_random()
            server.loop.world_at(server.loop.now_s + within_s, machine.blow)

    def _arrive(
        self, future: "asyncio.Future[Result]", operation: str, effect: Callable[[], Result], subject: str, answer: bool
    ) -> None:
        server = self._server
        if server.weather.twice and operation.startswith(DOUBLED) and server.seeded_random() < server.weather.twice:
            server.happened(f"{server.name}: twice")
            server.loop.world_at(server.loop.now_s + LATE_S * server.seeded_random(), effect)
        try:
            result = effect()
        except Exception as error:  # noqa: BLE001 - the server's answer, which is the caller's to read
            outcome = type(error).__name__
            back: tuple[Callable[..., object], object] = (self._end, error)
        else:
            outcome = "" if answer else "answer lost"
            back = (self._settle, result)
        server.trace.add(server.loop.now_s, self._machine.name, operation, subject, outcome)
        if answer and not future.done():
            back_s = TRIP_MIN_S + TRIP_SPREAD_S * server.seeded_random()
            server.loop.world_at(server.loop.now_s + back_s, back[0], future, back[1])

    def _settle(self, future: "asyncio.Future[Result]", result: Result) -> None:
        self._server._asked.pop(future, None)  # noqa: SLF001
        if not future.done():
            future.set_result(result)

    def _end(self, future: "asyncio.Future[Result]", error: Exception) -> None:
        self._server._asked.pop(future, None)  # noqa: SLF001
        _fail(future, error)

    def _trace(self, operation: str, subject: str, outcome: str) -> None:
        server = self._server
        server.trace.add(server.loop.now_s, self._machine.name, operation, subject, outcome)


def _fail(future: "asyncio.Future[Any]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
