"""The simulated network between callers and processes.

Requests may be lost or late, and answers may be lost. Connections may be refused or reset, and callers may time out.
Processes crash, but callers do not. A request that arrived is processed even if its caller no longer waits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from refunds.domain.errors import RefundsError, Unavailable
from refunds_simulation.machine.host import Host
from refunds_simulation.machine.line import LATE_S, TRIP_MIN_S, TRIP_SPREAD_S, Weather
from refunds_simulation.machine.loop import SimLoop
from refunds_simulation.machine.trace import Trace

PATIENCE_S = 30.0
"""Time-out of a caller, in seconds."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request. `outcome` is "ok", the name of the error, or how the request was lost.

    `is_known` is False if nobody knows whether the request was done. `is_final` is True if a repeated request would
    change nothing.
    """

    outcome: str
    value: Any = None
    is_known: bool = True
    is_final: bool = True

    @property
    def is_ok(self) -> bool:
        """Returns True if the answer reports that the request was done."""
        return self.outcome == "ok"


CONNECTION_REFUSED = Answer("connection refused", is_final=False)
RESET = Answer("connection reset", is_known=False, is_final=False)
TIMED_OUT = Answer("timed out", is_known=False, is_final=False)


def answer_to(error: BaseException) -> Answer:
    """Returns the answer that a caller gets for an error of a use case.

    Errors are classified as in `runtime.http.problems`.
    """
    name = type(error).__name__
    if isinstance(error, Unavailable):
        return Answer(name, error, is_known=name != "OutcomeUnknown", is_final=False)
    if isinstance(error, RefundsError):
        return Answer(name, error)
    return Answer(f"500 {name}", error, is_known=False, is_final=False)


@dataclass(slots=True, kw_only=True)
class Edge:
    """The network between callers and processes.

    `happened` is called for each network fault. `broken` is called for an answer with status 500, which must not occur.
    """

    loop: SimLoop
    trace: Trace
    seeded_random: Random
    happened: Callable[[str], None]
    broken: Callable[[str], None]
    weather: Weather = field(default_factory=Weather)

    async def ask(
        self,
        hosts: Sequence[Host[Any]],
        who: str,
        what: str,
        subject: str,
        work: Callable[[Any], Awaitable[object]],
    ) -> Answer:
        """Sends a request to a random process, as a load balancer would. Returns the answer that the caller gets."""
        future: asyncio.Future[Answer] = self.loop.create_future()
        now_s = self.loop.time()
        host = hosts[int(self.seeded_random.random() * len(hosts))]
        patience = self.loop.world_until(now_s + PATIENCE_S, _settle, future, TIMED_OUT)
        late_s, is_answered = self._fate()
        if late_s is not None:
            there_s = TRIP_MIN_S + TRIP_SPREAD_S * self.seeded_random.random() + late_s
            self.loop.world_at(now_s + there_s, self._arrive, future, host, work, is_answered)
        answer = await future
        patience.cancel()
        self.trace.add(self.loop.time(), who, what, subject, answer.outcome)
        return answer

    def _fate(self) -> tuple[float | None, bool]:
        """Decides at random what the network does with a request.

        Returns two values. The first is the delay in seconds, or None if the request is lost. The second is True if the
        answer arrives.
        """
        weather, draw = self.weather, self.seeded_random.random()
        if draw >= weather.worst:
            return 0.0, True
        if draw < weather.lost_asked:
            self.happened("request lost")
            return None, False
        if draw < weather.lost_asked + weather.lost_answers:
            self.happened("answer lost")
            return 0.0, False
        self.happened("request late")
        return LATE_S * self.seeded_random.random(), True

    def _arrive(
        self,
        future: "asyncio.Future[Answer]",
        host: Host[Any],
        work: Callable[[Any], Awaitable[object]],
        is_answered: bool,
    ) -> None:
        task = host.spawn(work)
        if task is None:
            self._back(future, CONNECTION_REFUSED)
            return

        def reset() -> None:
            self._back(future, RESET)

        def done(ended: "asyncio.Task[object]") -> None:
            host.pending.pop(reset, None)
            error = ended.exception()
            answer = Answer("ok", ended.result()) if error is None else answer_to(error)
            if answer.outcome.startswith("500"):
                self.broken(f"{host.name}: {answer.outcome}: {error}")
            if is_answered:
                self._back(future, answer)

        if is_answered:
            host.pending[reset] = None
        task.add_done_callback(done, context=self.loop.world.context)

    def _back(self, future: "asyncio.Future[Answer]", answer: Answer) -> None:
        back_s = TRIP_MIN_S + TRIP_SPREAD_S * self.seeded_random.random()
        self.loop.world_at(self.loop.time() + back_s, _settle, future, answer)


def _settle(future: "asyncio.Future[Answer]", answer: Answer) -> None:
    if not future.done():
        future.set_result(answer)
