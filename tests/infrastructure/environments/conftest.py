"""Each environment as its mocked apply left it; applied when the first test asks, and kept for all others."""

from pathlib import Path

import pytest
from tests.infrastructure.support.estate import Estate
from tests.infrastructure.support.mocked import ENVIRONMENTS, SECONDS_MAX, MockedApply, mocked_apply, spent_seconds
from tests.infrastructure.support.terraform import terraform_path

HERE = Path(__file__).parent
APPLIED_BY = {"apply", "estate", "prod"}
APPLIED = pytest.StashKey[dict[str, MockedApply]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks first for an environment waits for its mocked apply."""
    for item in (each for each in items if HERE in each.path.parents):
        if APPLIED_BY & set(getattr(item, "fixturenames", ())) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS_MAX))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What the mocked applies took that the tests looked at; told, never asserted: a busy machine is slower."""
    if applied := config.stash.get(APPLIED, {}):
        terminalreporter.write_line(spent_seconds(applied.values()))


@pytest.fixture(scope="session", params=ENVIRONMENTS)
def apply(request: pytest.FixtureRequest) -> MockedApply:
    """How the environment's own tests went; each environment in turn."""
    if terraform_path() is None:
        pytest.skip("whole environments need Terraform >= 1.7 on PATH")
    return _noted(request.config, mocked_apply(request.param))


@pytest.fixture(scope="session")
def environment(apply: MockedApply) -> str:
    """Which environment `apply` and `estate` are about."""
    return apply.environment


@pytest.fixture(scope="session")
def estate(apply: MockedApply) -> Estate:
    """What the environment consists of."""
    return apply.estate


@pytest.fixture(scope="session")
def prod(request: pytest.FixtureRequest) -> Estate:
    """Production."""
    if terraform_path() is None:
        pytest.skip("whole environments need Terraform >= 1.7 on PATH")
    return _noted(request.config, mocked_apply("prod")).estate


def _noted(config: pytest.Config, done: MockedApply) -> MockedApply:
    config.stash.setdefault(APPLIED, {})[done.environment] = done
    return done
