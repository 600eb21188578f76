"""What is generated and kept in the repository says what the infrastructure is now.

Where it does not: `python -m tests.infrastructure.generated`.
"""

import pytest
from tests.infrastructure import generated
from tests.infrastructure.support.mocked import ALL_SECONDS_MAX
from tests.infrastructure.support.terraform import terraform_path


def test_tables_of_inputs_and_outputs_are_true() -> None:
    assert [page.path for page in generated.tables() if not page.is_true] == []


@pytest.mark.timeout(ALL_SECONDS_MAX)
def test_costs_diagram_and_scaling_are_true() -> None:
    if terraform_path() is None:
        pytest.skip("whole environments need Terraform >= 1.7 on PATH")

    assert [f"{page.path} {page.part}" for page in generated.pictures() if not page.is_true] == []
