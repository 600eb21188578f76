"""Each environment planned and applied with mocked providers: its own tests/*.tftest.hcl pass."""

from tests.infrastructure.support.mocked import MockedApply


def test_environment_is_planned_and_applied(apply: MockedApply) -> None:
    assert apply.complaints == ()
    assert (apply.passed > 0, apply.failed) == (True, 0)
