"""An event loop for simulations. It has no selector, threads or real clock.

Simulated time passes only when no callback can run. Each task's context names the `Machine` that owns it. A machine
is a process, or the world around the processes. A callback whose machine is down is dropped, so a crash runs none of
the product's code. If several machines are ready at the same time, the seed decides which runs next. Within one
machine, callbacks run in the same sequence as in asyncio.
"""

import asyncio
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from functools import partial
from heapq import heappop, heappush
from typing import Any, TypeVar, cast

Result = TypeVar("Result")

IDLE_FROM_S = 15.0
"""Pauses of a process that last at least this number of seconds are idle. The simulator may prolong idle pauses."""

STEPS_MAX = 2_000_000
"""Maximum number of callbacks while no time passes. If there are more, a loop of the product never pauses."""

_owner: ContextVar["Machine"] = ContextVar("owner")


NEVER = float("inf")

CLOSES_MAX = 5
"""Maximum number of times that a coroutine is closed, because its `finally` blocks may await again."""


class Stuck(Exception):
    """More than `STEPS_MAX` callbacks ran and no time passed."""


class Machine:
    """Owns tasks and timers, for example those of a process. If `is_up` is False, all of them are dropped.

    While `is_paused` is True, they wait. After `fuse` more calls to servers, the next call triggers `blow`.
    """

    __slots__ = ("blow", "context", "fuse", "fuse_for", "is_listed", "is_paused", "is_up", "is_world", "name", "ready")

    def __init__(self, name: str, *, is_world: bool = False) -> None:
        self.name = name
        self.is_up = True
        self.is_world = is_world
        self.is_listed = False
        self.is_paused = False
        self.fuse, self.fuse_for = -1, ""
        self.blow: Callable[[], None] | None = None
        self.ready: deque[_Turn] = deque()
        self.context: Context = copy_context()
        self.context.run(_owner.set, self)


class _Handle:
    """A callback that waits for its time. If the callback is canceled, it is not called."""

    __slots__ = ("args", "at", "callback", "context", "owner")

    def __init__(
        self,
        owner: Machine,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        context: Context,
        at: float,
    ) -> None:
        self.owner = owner
        self.callback: Callable[..., object] | None = callback
        self.args = args
        self.context = context
        self.at = at

    def call(self) -> None:
        if self.callback is not None:
            self.callback(*self.args)

    def cancel(self) -> None:
        self.callback, self.args = None, ()

    def cancelled(self) -> bool:
        return self.callback is None

    def when(self) -> float:
        return self.at


_Turn = tuple[Callable[..., object], tuple[Any, ...], Context]
"""A callback with its arguments and context, which a machine runs in its next turn."""

_Entry = tuple[float, int, _Handle | None, Callable[..., object], tuple[Any, ...]]
"""A heap entry with second, number, handle, callback and arguments. The world's callbacks may have no handle."""


class SimLoop:
    """Implements the parts of an asyncio loop that tasks and timers need. `now_s` begins at second 0.

    `seeded_random` returns numbers in [0, 1). `quiet_until` returns the second to which idle pauses may be prolonged.
    """

    def __init__(self, seeded_random: Callable[[], float]) -> None:
        self.world = Machine("world", is_world=True)
        self.quiet_until: Callable[[], float] = lambda: 0.0
        self.errors: list[str] = []
        self.now_s = 0.0
        self.get_debug: Callable[[], bool] = bool
        self._as_loop = as_loop = cast("Any", self)
        self.create_future: Callable[[], asyncio.Future[Any]] = partial(asyncio.Future, loop=as_loop)
        self._chance = seeded_random
        self._active: list[Machine] = []
        self._live: list[_Entry] = []
        self._idle: list[_Entry] = []
        self._count = 0
        self._kept: dict[asyncio.Task[Any], None] = {}
        self._is_ending = False

    def time(self) -> float:
        """Returns the simulated seconds that have passed."""
        return self.now_s

    def is_running(self) -> bool:
        """Always returns True, because only code that runs in the loop calls this method."""
        return True

    def is_closed(self) -> bool:
        """Returns True if the simulation is ending."""
        return self._is_ending

    def create_task(self, coro: Any, *, name: str | None = None, context: Context | None = None) -> "asyncio.Task[Any]":
        """Creates a task of the machine whose code is running."""
        return asyncio.Task(coro, loop=self._as_loop, name=name, context=context)

    def spawn(self, machine: Machine, work: Coroutine[Any, Any, Result]) -> "asyncio.Task[Result]":
        """Creates a task of `machine`."""
        return asyncio.Task(work, loop=self._as_loop, context=machine.context)

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> Any:
        """Runs the callback in the next turn of its machine. Returns a handle only if no context is given."""
        if context is None:
            return self._call_soon(copy_context(), callback, args)
        owner = context[_owner]
        if owner.is_up:
            owner.ready.append((callback, args, context))
            if not owner.is_listed and not owner.is_paused:
                owner.is_listed = True
                self._active.append(owner)
        return None

    def _call_soon(self, context: Context, callback: Callable[..., object], args: tuple[Any, ...]) -> _Handle:
        handle = _Handle(context[_owner], callback, args, context, self.now_s)
        self.call_soon(handle.call, context=context)
        return handle

    def call_later(self, delay: float, callback: Callable[..., object], *args: Any, context: Any = None) -> Any:
        """Runs the callback after `delay` seconds."""
        return self.call_at(self.now_s + delay, callback, *args, context=context)

    def call_at(self, when: float, callback: Callable[..., object], *args: Any, context: Any = None) -> Any:
        """Runs the callback at second `when`, or at once if that second has passed."""
        if context is None:
            context = copy_context()
        owner = context[_owner]
        handle = _Handle(owner, callback, args, context, when)
        is_idle = when - self.now_s >= IDLE_FROM_S and not owner.is_world
        self._count += 1
        heappush(self._idle if is_idle else self._live, (when, self._count, handle, callback, args))
        return handle

    def world_at(self, when: float, callback: Callable[..., object], *args: Any) -> None:
        """Runs a callback of the world at second `when`, before the callbacks of the processes."""
        self._count += 1
        heappush(self._live, (when, self._count, None, callback, args))

    def world_until(self, when: float, callback: Callable[..., object], *args: Any) -> Any:
        """Runs a callback of the world at second `when`, unless the returned handle is canceled before."""
        handle = _Handle(self.world, callback, args, self.world.context, when)
        self._count += 1
        heappush(self._live, (when, self._count, handle, callback, args))
        return handle

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Records an error that no code awaited."""
        if not self._is_ending:
            task = context.get("task")
            what = getattr(task.get_coro(), "__qualname__", "") if isinstance(task, asyncio.Task) else ""
            self.errors.append(f"{context.get('message')}: {what} {context.get('exception')!r}")

    def run_until(self, end_s: float, is_over: Callable[[], bool] | None = None) -> None:
        """Runs the loop until second `end_s`, or earlier if `is_over` returns True."""
        before = events._get_running_loop()  # noqa: SLF001 - a loop within a test's loop
        events._set_running_loop(self._as_loop)  # noqa: SLF001 - what run_forever does
        try:
            self.world.context.run(self._run_until, end_s, is_over)
        finally:
            events._set_running_loop(before)  # noqa: SLF001

    def _run_until(self, end_s: float, is_over: Callable[[], bool] | None) -> None:
        """Runs the loop in the world's context, because only callbacks of other machines then need another context."""
        active, live, idle = self._active, self._live, self._idle
        while True:
            if active:
                self._run_ready()
            if is_over is not None and is_over():
                return
            next_idle = idle[0][0] if idle else NEVER
            self._release_before(min(next_idle, end_s))
            if active:
                continue
            at = _first(live)
            if next_idle <= at:
                at = self._wakes_at(at, end_s)
            if at > end_s:
                self.now_s = max(self.now_s, end_s)
                return
            self.now_s = max(self.now_s, at)
            self._release(live)
            self._release(idle)

    def _wakes_at(self, next_live: float, end_s: float) -> float:
        """Returns the second at which the next callback runs. An idle pause may be prolonged up to this second."""
        next_idle = _first(self._idle)
        if next_idle < next_live:
            return max(next_idle, min(next_live, self.quiet_until(), end_s))
        return next_live

    def _run_ready(self) -> None:
        """Gives turns to the ready machines until none is ready."""
        active, entered, steps = self._active, self.world.context, 0
        while active:
            machine = active.pop() if len(active) == 1 else self._drawn()
            ready = machine.ready
            steps += len(ready)
            for _ in range(len(ready)):
                if machine.is_paused or not ready:
                    break
                callback, args, context = ready.popleft()
                try:
                    if context is entered:
                        callback(*args)
                    else:
                        context.run(callback, *args)
                except Exception as error:  # noqa: BLE001 - reported at the end of the run
                    self.errors.append(f"{machine.name}: {error!r}")
            if ready and not machine.is_paused:
                active.append(machine)
            else:
                machine.is_listed = False
            if steps > STEPS_MAX:
                raise Stuck(machine.name)

    def _drawn(self) -> Machine:
        """Removes a random machine from those that are ready, and returns it."""
        active = self._active
        index = int(self._chance() * len(active))
        machine = active[index]
        active[index] = active[-1]
        active.pop()
        return machine

    def _release_before(self, end_s: float) -> None:
        """Runs or queues the callbacks that are due before `end_s`, earliest first. Stops when a machine is ready."""
        active, live = self._active, self._live
        while live and live[0][0] < end_s and (not active or live[0][0] <= self.now_s):
            at, _, handle, callback, args = heappop(live)
            if handle is not None and (handle.callback is None or not handle.owner.is_up):
                continue
            self.now_s = max(self.now_s, at)
            self._release_one(handle, callback, args)

    def _release(self, heap: list[_Entry]) -> None:
        """Runs the world's due callbacks. Queues the due callbacks of the other machines for their next turns."""
        while heap and heap[0][0] <= self.now_s:
            _, _, handle, callback, args = heappop(heap)
            if handle is None or (handle.callback is not None and handle.owner.is_up):
                self._release_one(handle, callback, args)

    def _release_one(self, handle: _Handle | None, callback: Callable[..., object], args: tuple[Any, ...]) -> None:
        try:
            if handle is None:
                callback(*args)
            elif not handle.owner.is_world:
                self.call_soon(handle.call, context=handle.context)
            elif handle.context is self.world.context:
                callback(*args)
            else:
                handle.context.run(callback, *args)
        except Exception as error:  # noqa: BLE001 - reported at the end of the run
            self.errors.append(f"{self.world.name}: {error!r}")

    def resume(self, machine: Machine) -> None:
        """Lets a paused machine continue."""
        machine.is_paused = False
        if machine.is_up and machine.ready and not machine.is_listed:
            machine.is_listed = True
            self._active.append(machine)

    def crash(self, machine: Machine) -> None:
        """Stops the machine forever. Its tasks stay in memory, so that their `finally` blocks never run."""
        self._kept.update(dict.fromkeys(asyncio.all_tasks(self._as_loop)))
        machine.is_up = False
        machine.ready.clear()

    def end(self) -> None:
        """Ends the simulation and frees all tasks that are left. What their `finally` blocks do is ignored."""
        self._is_ending = True
        self.world.is_up = False
        before = events._get_running_loop()  # noqa: SLF001
        events._set_running_loop(self._as_loop)  # noqa: SLF001 - what the blocks begin, they begin here, for nothing
        try:
            self.world.context.run(self._close_all)
        finally:
            events._set_running_loop(before)  # noqa: SLF001
        for heap in (self._live, self._idle):
            heap.clear()
        self._active.clear()
        self._kept.clear()

    def _close_all(self) -> None:
        """Closes all tasks that are left, and then the tasks that the closing itself began."""
        closed: dict[asyncio.Task[Any], None] = {}
        for _ in range(CLOSES_MAX):
            for task in [*self._kept, *asyncio.all_tasks(self._as_loop)]:
                if task not in closed and not task.done():
                    closed[task] = None
                    task._log_destroy_pending = False  # type: ignore[attr-defined]  # noqa: SLF001 - it is dropped
                    _close(task.get_coro())


def _first(heap: list[_Entry]) -> float:
    while heap:
        when, _, handle, _, _ = heap[0]
        if handle is None or (handle.callback is not None and handle.owner.is_up):
            return when
        heappop(heap)
    return NEVER


def _close(coroutine: Any) -> None:
    """Closes a coroutine that will never continue. Repeats this because its `finally` blocks may await again."""
    for _ in range(CLOSES_MAX):
        try:
            coroutine.close()
        except BaseException:  # noqa: BLE001, S112 - no caller is left
            continue
        return
