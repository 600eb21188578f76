"""One mocked apply of every environment for all tests of this folder."""

from collections.abc import Mapping

import pytest

from tests.infrastructure.support.estate import Estate
from tests.infrastructure.support.mocked import ENVIRONMENTS, MockedApply, mocked_apply
from tests.infrastructure.support.terraform import terraform_path


@pytest.fixture(scope="session")
def applies() -> Mapping[str, MockedApply]:
    """How each environment's own tests went."""
    if terraform_path() is None:
        pytest.skip("whole environments need Terraform >= 1.5 on PATH")
    return {environment: mocked_apply(environment) for environment in ENVIRONMENTS}


@pytest.fixture(scope="session")
def estates(applies: Mapping[str, MockedApply]) -> Mapping[str, Estate]:
    """What each environment consists of."""
    return {environment: apply.estate for environment, apply in applies.items()}


@pytest.fixture(params=ENVIRONMENTS)
def estate(request: pytest.FixtureRequest, estates: Mapping[str, Estate]) -> Estate:
    """Each environment in turn."""
    return estates[request.param]


@pytest.fixture(scope="session")
def prod(estates: Mapping[str, Estate]) -> Estate:
    """Production."""
    return estates["prod"]
