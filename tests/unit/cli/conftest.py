"""An API that answers as it is described, and the command line beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.http.fake_api import Asked, FakeAnswer, FakeApi, fake_api, problem
from tests.support.processes.command_line import refunds, write_instance
from tests.unit.cli.api_answers import ANSWERS, Run


def _as_described(asked: Asked) -> FakeAnswer:
    if asked.route not in ANSWERS:
        return problem(404, "route_not_found", "This service has no such path.")
    return FakeAnswer(status=201 if asked.method == "POST" else 200, body=ANSWERS[asked.route])


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with fake_api(_as_described) as fake:
        yield fake


@pytest.fixture
def run(api: FakeApi, tmp_path: Path) -> Run:
    return _running(tmp_path, api)


@pytest.fixture
def refused(tmp_path: Path) -> Iterator[Run]:
    """As `run`, where the API refuses everything."""
    with fake_api(lambda _: problem(403, "forbidden", "Not you.")) as refusing:
        yield _running(tmp_path, refusing)


def _running(folder: Path, api: FakeApi) -> Run:
    ready_file = write_instance(folder, api.url)
    return lambda *words: refunds(*words, "--ready-file", str(ready_file))
