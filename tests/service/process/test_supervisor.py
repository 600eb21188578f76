"""The supervisor, with tiny programs as children: they start, die, come back, and end in order."""

import asyncio
import contextlib
import os
import select
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from refunds_embedded.launcher.instance.errors import ChildEndedEarly, ChildKeepsDying, ChildNotReady
from refunds_embedded.launcher.instance.settings import LauncherSettings
from refunds_embedded.launcher.supervision.supervisor import ChildSpec, LauncherEvent, StopTurn, Supervisor

SETTINGS = LauncherSettings(
    start_timeout_s=20,
    probe_every_s=0.005,
    backoff_first_s=0.01,
    restarts_max=2,
)
FOREVER = "import signal; open(FILE, 'w'); signal.pause()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + FOREVER
DIES = "open(FILE, 'w')"


class _House:
    """A supervisor and what it told."""

    def __init__(self, folder: Path, settings: LauncherSettings) -> None:
        self.folder = folder
        self.told: list[LauncherEvent] = []
        self._something_told = asyncio.Event()
        self.supervisor = Supervisor(settings, self._listen)

    def child(
        self,
        name: str,
        code: str,
        turn: StopTurn = StopTurn.SERVICES,
        *,
        can_get_ready: bool = True,
        drain_s: float = 20,
    ) -> ChildSpec:
        file = self.folder / f"{name}.ready"

        async def is_ready() -> bool:
            return can_get_ready and file.exists()

        return ChildSpec(
            name=name,
            command=(sys.executable, "-S", "-c", code.replace("FILE", repr(str(file)))),
            environ={**os.environ},
            log_file=self.folder / f"{name}.log",
            probe=is_ready,
            stop_turn=turn,
            drain_s=drain_s,
        )

    def _listen(self, event: LauncherEvent) -> None:
        self.told.append(event)
        self._something_told.set()

    async def until_reported(self, name: str) -> LauncherEvent:
        while True:
            for event in self.told:
                if event.name == name:
                    return event
            self._something_told.clear()
            await self._something_told.wait()

    def names(self, event_name: str) -> list[str | None]:
        return [event.child for event in self.told if event.name == event_name]


@contextlib.asynccontextmanager
async def _house(folder: Path, settings: LauncherSettings = SETTINGS) -> AsyncIterator[_House]:
    house = _House(folder, settings)
    try:
        yield house
    finally:
        await house.supervisor.stop()


async def test_children_are_ready_when_start_returns(tmp_path: Path) -> None:
    async with _house(tmp_path) as house:
        await house.supervisor.start(house.child("one", FOREVER), house.child("two", FOREVER))

        assert house.names("child.ready") == ["one", "two"]
        assert all(os.getpgid(pid) == pid for pid in house.supervisor.pids().values())


async def test_children_stop_turn_by_turn(tmp_path: Path) -> None:
    async with _house(tmp_path) as house:
        await house.supervisor.start(
            house.child("mongodb", FOREVER, StopTurn.MONGODB),
            house.child("api", FOREVER, StopTurn.SERVICES),
            house.child("redis", FOREVER, StopTurn.REDIS),
            house.child("sandbox", FOREVER, StopTurn.SANDBOX),
        )

        await house.supervisor.stop()

        assert house.names("child.stopped") == ["api", "sandbox", "redis", "mongodb"]


async def test_child_that_does_not_drain_is_killed_after_its_bound(tmp_path: Path) -> None:
    async with _house(tmp_path) as house:
        await house.supervisor.start(house.child("stubborn", STUBBORN, drain_s=0.05))

        await house.supervisor.stop()

        assert house.names("child.killed") == ["stubborn"]


async def test_killed_child_comes_back(tmp_path: Path) -> None:
    async with _house(tmp_path) as house:
        await house.supervisor.start(house.child("one", FOREVER))
        first_pid = house.supervisor.pids()["one"]

        os.kill(first_pid, signal.SIGKILL)
        restarted = await house.until_reported("child.restarted")

        assert restarted.pid == house.supervisor.pids()["one"] != first_pid
        assert (await house.until_reported("child.ended")).detail == "was killed by SIGKILL"


async def test_child_that_keeps_dying_ends_the_whole(tmp_path: Path) -> None:
    async with _house(tmp_path) as house:
        await house.supervisor.start(house.child("dying", f"{DIES}; {FOREVER}"))
        for attempt in range(SETTINGS.restarts_max + 1):
            os.kill(house.supervisor.pids()["dying"], signal.SIGKILL)
            if attempt < SETTINGS.restarts_max:
                await house.until_reported("child.restarted")
                house.told.clear()

        failure = await house.supervisor.failed()

        assert isinstance(failure, ChildKeepsDying)
        assert "dying died again after 2 restarts within 60 s" in str(failure)


async def test_old_deaths_are_forgiven(tmp_path: Path) -> None:
    forgetful = LauncherSettings(backoff_first_s=0.01, restarts_max=1, restart_window_s=0)
    async with _house(tmp_path, forgetful) as house:
        await house.supervisor.start(house.child("one", FOREVER))

        for _ in range(3):
            os.kill(house.supervisor.pids()["one"], signal.SIGKILL)
            await house.until_reported("child.restarted")
            house.told.clear()

        assert list(house.supervisor.pids()) == ["one"]


async def test_child_that_ends_while_starting_reports_why(tmp_path: Path) -> None:
    async with _house(tmp_path) as house:
        with pytest.raises(ChildEndedEarly, match=r"ended with code 1 .* its last line: no such port"):
            await house.supervisor.start(house.child("one", "raise SystemExit('no such port')"))


async def test_child_that_never_gets_ready_is_given_up(tmp_path: Path) -> None:
    impatient = LauncherSettings(start_timeout_s=0.05, probe_every_s=0.005)
    async with _house(tmp_path, impatient) as house:
        with pytest.raises(ChildNotReady, match=r"one was not ready within 0\.05 s"):
            await house.supervisor.start(house.child("one", FOREVER, can_get_ready=False))


async def test_killing_ends_even_those_that_would_drain_for_long(tmp_path: Path) -> None:
    async with _house(tmp_path) as house:
        await house.supervisor.start(house.child("stubborn", STUBBORN, drain_s=60))
        leash = os.pidfd_open(house.supervisor.pids()["stubborn"])

        house.supervisor.kill()
        await house.supervisor.stop()

        has_ended = select.select([leash], [], [], 0)[0] == [leash]
        os.close(leash)
        assert has_ended
