"""A process of the product that can crash at any await and start again. The process has its own clock.

Each start builds the memory of the process anew. A crash drops its tasks, so that none of their code runs again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Generic, TypeVar

from refunds.domain import ids
from refunds_simulation.machine.loop import Machine, SimLoop
from refunds_simulation.machine.trace import Trace

START = datetime(2026, 3, 1, tzinfo=UTC)
"""The true time at which every simulation begins."""

Service = TypeVar("Service")
Loop = Callable[[asyncio.Event], Awaitable[None]]


class TrueClock:
    """Shows the true time, which gateways and oracles use."""

    def __init__(self, loop: SimLoop) -> None:
        self._loop = loop
        self._known_s = 0.0
        self._known = START

    def now(self) -> datetime:
        """Returns the true time in whole milliseconds."""
        now_s = self._loop.now_s
        if self._known_s != now_s:
            self._known_s, self._known = now_s, START + timedelta(milliseconds=int(now_s * 1000))
        return self._known


class HostClock:
    """The clock of one process. It differs from the true time by `skew_ms`.

    If no clock fault is active, `skew_ms` equals `usual_ms`.
    """

    def __init__(self, loop: SimLoop, usual_ms: int = 0) -> None:
        self._loop = loop
        self._known = (-1, START)
        self.usual_ms = usual_ms
        self.skew_ms = usual_ms

    def now(self) -> datetime:
        """Returns the time that the process's clock shows."""
        now_ms = int(self._loop.now_s * 1000) + self.skew_ms
        if self._known[0] != now_ms:
            self._known = (now_ms, START + timedelta(milliseconds=now_ms))
        return self._known[1]


class HostIds:
    """Creates the ids of one process from the process's random stream."""

    def __init__(self, clock: HostClock, seeded_random: Random) -> None:
        self._clock = clock
        self._chance = seeded_random

    def new(self, prefix: str) -> str:
        """See `ports.ids`."""
        return ids.new_id(prefix, self._now_ms(), self._chance.getrandbits(ids.RANDOM_BITS))

    def refund_id(self, payment_id: str, merchant_id: str) -> str:
        """See `ports.ids`."""
        return ids.refund_id(self._now_ms(), self._chance.getrandbits(ids.RANDOM_BITS), payment_id, merchant_id)

    def token(self) -> str:
        """Returns a random token of 16 hexadecimal digits, which names a write or a process."""
        return f"{self._chance.getrandbits(64):016x}"

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


@dataclass(slots=True, kw_only=True, eq=False)
class Host(Generic[Service]):
    """A process of the product. It restarts `restart_after()` seconds after a crash or stop.

    `build` opens the parts of the process and returns its service and its loops. A crash or stop calls each function in
    `pending`, which resets one connection. After a stop, when the loops have ended, `drain` finishes accepted writes.
    """

    name: str
    kind: str
    loop: SimLoop
    trace: Trace
    build: Callable[["Host[Service]"], Awaitable[tuple[Service, list[Loop]]]]
    clock: HostClock
    restart_after: Callable[[], float]
    starts: int = 0
    crashes: int = 0
    service: Service | None = None
    pending: dict[Callable[[], None], None] = field(default_factory=dict)
    machine: Machine | None = None
    drain: Callable[[], Awaitable[None]] | None = None
    _stop: asyncio.Event | None = None

    @property
    def is_up(self) -> bool:
        """Returns True if the process is running."""
        return self.machine is not None

    @property
    def is_serving(self) -> bool:
        """Returns True if the process has opened its parts and was not asked to stop."""
        return self.service is not None and not (self._stop is None or self._stop.is_set())

    def start(self) -> None:
        """Starts the process if it is not running."""
        if self.machine is not None:
            return
        self.starts += 1
        self.trace.add(self.loop.time(), self.name, "process.start", outcome=str(self.starts))
        self.machine = Machine(self.name)
        task = self.loop.spawn(self.machine, self._main(self.machine))
        task.add_done_callback(self._failed, context=self.loop.world.context)

    def _failed(self, task: "asyncio.Task[None]") -> None:
        error = task.exception()
        if error is not None:
            self.loop.errors.append(f"{self.name}: the process ended: {error!r}")

    async def _main(self, machine: Machine) -> None:
        self._stop = stop = asyncio.Event()
        self.service, loops = await self.build(self)
        running = [asyncio.ensure_future(run(stop)) for run in loops]
        if running:
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                self.loop.errors.append(f"{self.name}: a loop ended by itself: {_why(running)}")
            await asyncio.wait(running)
        else:
            await stop.wait()
        if self.drain is not None:
            await self.drain()
        self.loop.world_at(self.loop.time(), self._ended, machine)

    def _ended(self, machine: Machine) -> None:
        if self.machine is machine:
            self._down("process.stopped")

    def stop(self) -> None:
        """Stops the process gracefully, as a deployment does. The loops finish the work that they have begun."""
        if self._stop is not None and self.machine is not None:
            self.trace.add(self.loop.time(), self.name, "process.stop")
            self.machine.context.run(self._stop.set)

    def crash(self) -> None:
        """Ends the process at once, so that no more of its code runs. Messages that it sent still arrive."""
        if self.machine is not None:
            self.crashes += 1
            self._down("process.crash")

    def _down(self, how: str) -> None:
        machine, self.machine, self.service, self._stop = self.machine, None, None, None
        if machine is None:
            return
        self.trace.add(self.loop.time(), self.name, how)
        self.loop.crash(machine)
        pending, self.pending = self.pending, {}
        for reset in pending:
            reset()
        self.loop.world_at(self.loop.time() + self.restart_after(), self.start)

    def spawn(self, work: "Callable[[Service], Awaitable[object]]") -> "asyncio.Task[object] | None":
        """Runs `work` as a task of the process. Returns None if the process does not accept requests."""
        if self.service is None or self.machine is None or not self.is_serving:
            return None
        return self.loop.spawn(self.machine, _awaited(work, self.service))


async def _awaited(work: Callable[[Service], Awaitable[object]], service: Service) -> object:
    return await work(service)


def _why(running: "Sequence[asyncio.Future[None]]") -> str:
    errors = [task.exception() for task in running if task.done() and not task.cancelled()]
    return ", ".join(repr(error) for error in errors)
