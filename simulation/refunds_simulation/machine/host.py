"""A process of the product that can crash between any two awaits and start again, with a clock of its own.

`build` creates the memory of the process anew at each start. A crash drops its tasks without running them.
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
"""The true time at which every run begins."""

Service = TypeVar("Service")
Loop = Callable[[asyncio.Event], Awaitable[None]]


class TrueClock:
    """The true time, which gateways and oracles use."""

    def __init__(self, loop: SimLoop) -> None:
        self._loop = loop
        self._known_s = 0.0
        self._known = START

    def now(self) -> datetime:
        """Returns the present moment in whole milliseconds."""
        now_s = self._loop.now_s
        if self._known_s != now_s:
            self._known_s, self._known = now_s, START + timedelta(milliseconds=int(now_s * 1000))
        return self._known


class HostClock:
    """A process's clock: true time plus `skew_ms`, which equals `usual_ms` when no fault is active."""

    def __init__(self, loop: SimLoop, usual_ms: int = 0) -> None:
        self._loop = loop
        self._known = (-1, START)
        self.usual_ms = usual_ms
        self.skew_ms = usual_ms

    def now(self) -> datetime:
        """Returns the present moment by the process's clock."""
        now_ms = int(self._loop.now_s * 1000) + self.skew_ms
        if self._known[0] != now_ms:
            self._known = (now_ms, START + timedelta(milliseconds=now_ms))
        return self._known[1]


class HostIds:
    """Ids of one process, drawn from the process's random stream."""

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
        """Returns a unique name of a write or a process."""
        return f"{self._chance.getrandbits(64):016x}"

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


@dataclass(slots=True, kw_only=True, eq=False)
class Host(Generic[Service]):
    """`build` opens the process's parts and returns its service and its loops.

    A supervisor restarts the process after `restart_after` seconds. `pending` are called at a crash or stop, when
    connections to the process are reset. `drain` finishes accepted writes at a stop, after the loops have ended.
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
        """True if the process runs."""
        return self.machine is not None

    @property
    def is_serving(self) -> bool:
        """True if the process has opened its parts and accepts requests."""
        return self.service is not None and not (self._stop is None or self._stop.is_set())

    def start(self) -> None:
        """Starts the process, unless it runs."""
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
        """Stops the process gracefully, like a deployment; its loops finish their present work."""
        if self._stop is not None and self.machine is not None:
            self.trace.add(self.loop.time(), self.name, "process.stop")
            self.machine.context.run(self._stop.set)

    def crash(self) -> None:
        """Ends the process at once: none of its code runs any more. Messages that it has sent still arrive."""
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
        """Runs a request in the process; returns None if the process does not serve."""
        if self.service is None or self.machine is None or not self.is_serving:
            return None
        return self.loop.spawn(self.machine, _awaited(work, self.service))


async def _awaited(work: Callable[[Service], Awaitable[object]], service: Service) -> object:
    return await work(service)


def _why(running: "Sequence[asyncio.Future[None]]") -> str:
    errors = [task.exception() for task in running if task.done() and not task.cancelled()]
    return ", ".join(repr(error) for error in errors)
