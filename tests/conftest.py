"""Real servers for the tests that want them: started once per session, at the first who asks."""

import asyncio
import itertools
import os
import signal
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from pymongo import MongoClient
from tests.support.adapters import aws
from tests.support.resume import Resume, leave_out_long, tree_digest
from tests.support.spread import longest_first
from tests.support.tracing import UNTRACED, untraced

from refunds_embedded.launcher.servers import local_servers

Entered = TypeVar("Entered")

DROPS_AT_ONCE = 2

_numbers = itertools.count(1)

# What CI says of a commit does not change from run to run; everywhere else each run looks at new examples.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--resume FILE` runs the long tests that FILE does not name as passed."""
    parser.addoption("--resume", type=Path, help="run long tests; keep which of them passed in this file")


def pytest_configure(config: pytest.Config) -> None:
    """Long tests go on where they were stopped."""
    if file := config.getoption("--resume"):
        config.pluginmanager.register(Resume(file, tree_digest()), "resume")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest groups come first; long tests only when they are asked for."""
    if config.getoption("--resume") is None:
        leave_out_long(config, items)
    items[:] = longest_first(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Some tests, with their fixtures, are not traced by coverage."""
    if not item.nodeid.startswith(UNTRACED):
        return (yield)
    with untraced():
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Workers take whole files, and files that share an instance together."""
    from tests.support.spread import ByFile

    return ByFile(config, log)


def _held(context: AbstractAsyncContextManager[Entered]) -> Iterator[Entered]:
    """Enter an asynchronous context from a fixture that outlives every test's event loop."""
    with asyncio.Runner() as runner:
        entered = runner.run(context.__aenter__())
        try:
            yield entered
        finally:
            runner.run(context.__aexit__(None, None, None))


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """What tests start hears SIGINT, also when a script runs them in its background, where shells have it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def mongodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local_servers.ReplicaSet]:
    """A replica set of one member, without passwords."""
    yield from _held(local_servers.replica_set(tmp_path_factory.mktemp("mongodb")))


@pytest.fixture(scope="session")
def mongodb_uri(mongodb: local_servers.ReplicaSet) -> str:
    """Where the session's MongoDB is; take `mongodb_database` for a database of your own."""
    return mongodb.uri


@pytest.fixture(scope="session")
def mongodb_drops(mongodb_uri: str) -> Iterator[Callable[[str], object]]:
    """Drops a database, beside the tests: MongoDB opens a file for each collection and index, and ends at its limit.

    Without a history of snapshots it lets go of the files of what was dropped at its next checkpoint.
    """
    with MongoClient[Any](mongodb_uri) as client, ThreadPoolExecutor(DROPS_AT_ONCE) as pool:
        client.admin.command("setParameter", 1, minSnapshotHistoryWindowInSeconds=0)
        yield lambda name: pool.submit(client.drop_database, name)
        pool.shutdown(wait=True, cancel_futures=True)


@pytest.fixture
def mongodb_database(mongodb_drops: Callable[[str], object]) -> Iterator[str]:
    """A database name that no other test uses; dropped after the test."""
    name = f"test_{next(_numbers)}"
    yield name
    mongodb_drops(name)


@pytest.fixture(scope="session")
def redis_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the session's Redis is, one for all tests: use keys or databases of your own."""
    for running in _held(local_servers.redis(tmp_path_factory.mktemp("redis"))):
        yield running.uri


@pytest.fixture(scope="session")
def aws_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the session's AWS emulator is, one for all tests: use names of your own."""
    for running in _held(aws.emulator(tmp_path_factory.mktemp("aws"))):
        yield aws.url_of(running)
