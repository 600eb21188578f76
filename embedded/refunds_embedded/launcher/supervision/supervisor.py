"""Starts child processes, restarts those that die, and stops all of them in order.

`refunds up` says which children to run. The supervisor knows nothing else about them. After a stop, no child is
running.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from refunds_embedded.launcher.instance.errors import ChildEndedEarly, ChildKeepsDying, ChildNotReady, LauncherError
from refunds_embedded.launcher.instance.settings import LauncherSettings
from refunds_embedded.launcher.servers.probes import Probe
from refunds_embedded.launcher.supervision.process import Process
from refunds_embedded.launcher.supervision.stderr_tail import last_error_line


class StopTurn(IntEnum):
    """The order in which processes stop. Each process stops before the processes that it uses."""

    SERVICES = 0
    SANDBOX = 1
    REDIS = 2
    MONGODB = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """How to run, test and stop one child process.

    `probe` tests whether the child is ready. `stop_turn` is the child's place in the order of stops. After `drain_s`
    seconds, a child that is stopping is killed.
    """

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    log_file: Path
    probe: Probe
    stop_turn: StopTurn
    drain_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LauncherEvent:
    """An event of the launcher or of a child process. `name` consists of a noun and a state, as in `child.ready`."""

    name: str
    child: str | None = None
    pid: int | None = None
    detail: str | None = None


Listener = Callable[[LauncherEvent], None]


@dataclass(slots=True)
class _Child:
    spec: ChildSpec
    process: Process
    restarted_at: deque[float] = field(default_factory=deque)


class Supervisor:
    """Starts, restarts and stops the child processes of one launcher."""

    def __init__(self, settings: LauncherSettings, listener: Listener) -> None:
        self._settings = settings
        self._listener = listener
        self._children: dict[str, _Child] = {}
        self._keepers: set[asyncio.Task[None]] = set()
        self._failure: asyncio.Future[LauncherError] = asyncio.get_running_loop().create_future()

    def pids(self) -> dict[str, int]:
        """Returns the process id of each child, in the order of their start."""
        return {name: child.process.pid for name, child in self._children.items()}

    async def start(self, *specs: ChildSpec) -> None:
        """Starts all children at the same time and returns when all are ready.

        Later, children that die are restarted. Raises ChildEndedEarly or ChildNotReady if a child does not become
        ready. The caller must then still call `stop`, because other children may be running.
        """
        started = [self._spawn(spec) for spec in specs]
        await asyncio.gather(*(self._until_ready(child) for child in started))
        for child in started:
            self._report("child.ready", child)
            keeper = asyncio.create_task(self._keep(child))
            self._keepers.add(keeper)

    async def failed(self) -> LauncherError:
        """Waits for a failure that restarts cannot repair, and returns it."""
        return await asyncio.shield(self._failure)

    async def stop(self) -> None:
        """Stops all children in the order of `StopTurn`. Kills a child that takes longer than `drain_s`."""
        for keeper in self._keepers:
            keeper.cancel()
        for turn in StopTurn:
            children = [c for c in self._children.values() if c.spec.stop_turn == turn]
            await asyncio.gather(*(self._stop(child) for child in children))

    def kill(self) -> None:
        """Kills every child at once. A `stop` that is running then returns quickly."""
        for child in self._children.values():
            child.process.kill()

    def _spawn(self, spec: ChildSpec) -> _Child:
        process = Process.spawn(spec.command, spec.environ, spec.log_file)
        child = _Child(spec, process)
        self._children[spec.name] = child
        self._report("child.started", child)
        return child

    async def _until_ready(self, child: _Child) -> None:
        bound_s = self._settings.start_timeout_s
        ended = asyncio.create_task(child.process.ended())
        ready = asyncio.create_task(self._probe(child.spec.probe))
        try:
            done, _ = await asyncio.wait({ended, ready}, timeout=bound_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
            ready.cancel()
        spec = child.spec
        if ended in done:
            last_line = last_error_line(spec.log_file)
            raise ChildEndedEarly(spec.name, child.process.ending, spec.log_file, last_line)
        if not done:
            raise ChildNotReady(spec.name, bound_s, spec.log_file)

    async def _probe(self, probe: Probe) -> None:
        while not await probe():
            await asyncio.sleep(self._settings.probe_every_s)

    async def _keep(self, child: _Child) -> None:
        while True:
            await child.process.ended()
            self._report("child.ended", child, child.process.ending)
            child.process.kill()  # workers that it left behind
            pause_s = self._pause_before_restart(child)
            if pause_s is None:
                return
            await asyncio.sleep(pause_s)
            child.process = Process.spawn(child.spec.command, child.spec.environ, child.spec.log_file)
            self._report("child.restarted", child)

    def _pause_before_restart(self, child: _Child) -> float | None:
        """Returns the number of seconds to wait before the child is restarted.

        If the child may not be restarted again, records the failure and returns None.
        """
        settings = self._settings
        now_s = asyncio.get_running_loop().time()
        recent = child.restarted_at
        while recent and recent[0] <= now_s - settings.restart_window_s:
            recent.popleft()
        if len(recent) >= settings.restarts_max:
            if not self._failure.done():
                self._failure.set_result(
                    ChildKeepsDying(
                        child.spec.name,
                        settings.restarts_max,
                        settings.restart_window_s,
                        child.spec.log_file,
                    )
                )
            return None
        recent.append(now_s)
        return min(settings.backoff_first_s * 2.0 ** (len(recent) - 1), settings.backoff_max_s)

    async def _stop(self, child: _Child) -> None:
        was_running = child.process.is_running
        ended_by_itself = await child.process.stop(child.spec.drain_s)
        if was_running:
            self._report("child.stopped" if ended_by_itself else "child.killed", child)

    def _report(self, name: str, child: _Child, detail: str | None = None) -> None:
        self._listener(LauncherEvent(name=name, child=child.spec.name, pid=child.process.pid, detail=detail))
