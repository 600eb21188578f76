"""Runs a whole instance on one machine for `refunds up`.

The command line calls `run_up`. That function opens the data folder, starts all processes, keeps them running and stops
them. The services run as separate processes, so this module imports none of them.
"""

import asyncio
import contextlib
import errno
import os
import shutil
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refunds.cli.client.data_folder import DataFolder
from refunds.cli.client.ready_file import Ready
from refunds.kit.config import ConfigurationMistakes, load
from refunds_embedded.launcher.instance.addresses import check_workers, choose_addresses
from refunds_embedded.launcher.instance.data_dir import opened, write_private
from refunds_embedded.launcher.instance.errors import (
    DiskFull,
    LauncherError,
    ReplicaSetNotFormed,
    SecretsMismatch,
    from_os_error,
)
from refunds_embedded.launcher.instance.instance_secrets import open_instance_secrets
from refunds_embedded.launcher.instance.options import UpOptions
from refunds_embedded.launcher.instance.ports import check_address, claim_port
from refunds_embedded.launcher.instance.ready_file import forget_ready, write_ready
from refunds_embedded.launcher.instance.settings import MIB, PREFIX, LauncherSettings
from refunds_embedded.launcher.servers import mongodb
from refunds_embedded.launcher.servers.external_servers import check_mongodb, check_redis, check_uri
from refunds_embedded.launcher.supervision.orphan_cleanup import end_orphans
from refunds_embedded.launcher.supervision.process_plan import MONGODB, Plan, Program, python_program
from refunds_embedded.launcher.supervision.progress_output import ProgressOutput
from refunds_embedded.launcher.supervision.supervisor import LauncherEvent, Supervisor

AddSample = Callable[[Ready], Awaitable[str]]

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
REFUSED_WRITES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM})
EXHAUSTED_BYTES = 256 * MIB  # with less free than two of its journal files, mongod dies of it


def run_up(
    options: UpOptions,
    environ: Mapping[str, str],
    progress_output: ProgressOutput,
    program: Program = python_program,
    add_sample: AddSample | None = None,
) -> int:
    """Runs an instance until it is stopped, and returns the exit code.

    The exit code is 0 after a stop and 1 after a failure. A failure is printed in one line. If a signal stops the
    instance before it is ready, the exit code is 128 plus the signal's number. `add_sample` is called before the
    instance is reported as ready. It adds a sample through the API and returns what to print.
    """
    try:
        _check_options(options)
        settings = load(LauncherSettings, environ, PREFIX)
        with opened(options.data_dir, settings) as folder, _failures_named(folder, settings):
            end_orphans(folder.root)
            launcher = _Launcher(options, environ, settings, folder, progress_output, program, add_sample)
            return asyncio.run(launcher.run())
    except ConfigurationMistakes as mistakes:
        progress_output.failed(LauncherError(str(mistakes), "correct the environment"))
    except LauncherError as error:
        progress_output.failed(error)
    return 1


def _check_options(options: UpOptions) -> None:
    """Refuses invalid options before anything is created."""
    check_address(options.host, options.port)
    check_workers(options)
    check_uri("--mongodb-uri", options.mongodb_uri)
    check_uri("--redis-uri", options.redis_uri)
    if not options.data_dir.exists():
        claim_port(options.host, options.port)


@contextlib.contextmanager
def _failures_named(folder: DataFolder, settings: LauncherSettings) -> Iterator[None]:
    """Raises LauncherError for an OSError of a refused write. Raises DiskFull for failures on a full disk."""
    try:
        yield
    except OSError as error:
        if error.errno not in REFUSED_WRITES:
            raise
        raise from_os_error(error, folder.root, settings.free_bytes_min) from error
    except LauncherError as error:
        free_bytes = shutil.disk_usage(folder.root).free
        if free_bytes < EXHAUSTED_BYTES:
            needed_bytes = max(settings.free_bytes_min, EXHAUSTED_BYTES)
            raise DiskFull(folder.root, free_bytes, needed_bytes) from error
        raise


@dataclass(slots=True)
class _Launcher:
    """One run of an instance on one open data folder."""

    options: UpOptions
    environ: Mapping[str, str]
    settings: LauncherSettings
    folder: DataFolder
    progress_output: ProgressOutput
    program: Program
    add_sample: AddSample | None = None
    became_ready: bool = False

    @property
    def _ready_file(self) -> Path:
        return self.options.ready_file or self.folder.ready_file

    async def run(self) -> int:
        """Starts everything, waits for a signal or a failure, and stops everything. Returns the exit code."""
        changed = asyncio.Event()  # a child has another pid now
        supervisor = Supervisor(self.settings, lambda event: self._listen(event, changed))
        with _signals_of_stop(supervisor) as stop_signal:
            forget_ready(self._ready_file)  # of a run that was killed
            serving = asyncio.create_task(self._serve(supervisor, changed))
            try:
                await _first_of(stop_signal, serving)
                if serving.done():
                    serving.result()
            finally:
                await self._stop(supervisor, serving)
            return 0 if self.became_ready else 128 + stop_signal.result()

    async def _serve(self, supervisor: Supervisor, changed: asyncio.Event) -> None:
        plan = Plan(
            options=self.options,
            settings=self.settings,
            folder=self.folder,
            instance_secrets=open_instance_secrets(self.folder),
            addresses=choose_addresses(self.options, self.folder),
            environ=self.environ,
            program=self.program,
        )
        await asyncio.gather(
            self._have_mongodb(supervisor, plan),
            self._have_redis(supervisor, plan),
            supervisor.start(plan.sandbox()),
            _load_migration(),
        )
        await self._migrate(plan)
        await supervisor.start(*plan.services())
        sample = await self.add_sample(self._ready(supervisor, plan)) if self.add_sample else ""
        self._write_ready(supervisor, plan)
        self.became_ready = True
        if sample:
            self.progress_output.sample(sample)
        await self._watch(supervisor, plan, changed)

    async def _migrate(self, plan: Plan) -> None:
        from refunds_embedded.launcher.migrating import migrate  # noqa: PLC0415 - loaded while the servers start

        await migrate(plan.mongodb_uri, self.progress_output)

    async def _have_mongodb(self, supervisor: Supervisor, plan: Plan) -> None:
        if self.options.mongodb_uri:
            await check_mongodb(self.options.mongodb_uri, self.settings.server_answer_timeout_s)
            return
        port = plan.addresses.mongodb_port
        await supervisor.start(plan.mongodb())
        try:
            await mongodb.form_replica_set([port], plan.instance_secrets.mongodb_password)
        except mongodb.PasswordRefused as error:
            raise SecretsMismatch(self.folder.root) from error
        except mongodb.NotFormed as error:
            log_file = self.folder.log_file(MONGODB)
            raise ReplicaSetNotFormed(str(error), log_file) from error
        write_private(self.folder.mongodb_port_file, str(port))

    async def _have_redis(self, supervisor: Supervisor, plan: Plan) -> None:
        if self.options.redis_uri:
            await check_redis(self.options.redis_uri, self.settings.server_answer_timeout_s)
            return
        await supervisor.start(plan.redis())

    async def _watch(self, supervisor: Supervisor, plan: Plan, changed: asyncio.Event) -> None:
        """Rewrites the ready file when a child gets a new process id. Raises the supervisor's failure."""
        failed = asyncio.create_task(supervisor.failed())
        while not failed.done():
            changed.clear()
            something_changed = asyncio.create_task(changed.wait())
            await _first_of(failed, something_changed)
            something_changed.cancel()
            if not failed.done():
                self._write_ready(supervisor, plan)
        raise failed.result()

    def _ready(self, supervisor: Supervisor, plan: Plan) -> Ready:
        pids = supervisor.pids()
        return Ready(
            url=plan.addresses.public_url,
            sandbox_url=plan.addresses.sandbox.url,
            mongodb_uri=plan.mongodb_uri,
            redis_uri=plan.redis_uri,
            pid=os.getpid(),
            services=plan.addresses.running(pids),
            children=pids,
            issuer_key_file=plan.instance_secrets.issuer_key_file,
            data_dir=self.folder.root,
        )

    def _write_ready(self, supervisor: Supervisor, plan: Plan) -> None:
        ready = self._ready(supervisor, plan)
        write_ready(self._ready_file, ready)
        if not self.became_ready:
            self.progress_output.ready(ready)

    def _listen(self, event: LauncherEvent, changed: asyncio.Event) -> None:
        self.progress_output.report(event)
        if event.name == "child.restarted":
            changed.set()

    async def _stop(self, supervisor: Supervisor, serving: asyncio.Task[None]) -> None:
        self.progress_output.stopping()
        serving.cancel()
        self._ready_file.unlink(missing_ok=True)
        await supervisor.stop()
        self.progress_output.stopped()


async def _load_migration() -> None:
    """Imports the driver and the migration while the servers start, because this takes a third of a second."""
    import refunds_embedded.launcher.migrating  # noqa: F401, PLC0415


async def _first_of(*awaited: asyncio.Future[Any]) -> None:
    await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)


@contextlib.contextmanager
def _signals_of_stop(supervisor: Supervisor) -> Iterator[asyncio.Future[int]]:
    """Yields a future that gets the first signal that asks to stop. A second signal kills all children."""
    loop = asyncio.get_running_loop()
    first_signal: asyncio.Future[int] = loop.create_future()

    def take(signal_number: int) -> None:
        if first_signal.done():
            supervisor.kill()
        else:
            first_signal.set_result(signal_number)

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, take, number)
    try:
        yield first_signal
    finally:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
