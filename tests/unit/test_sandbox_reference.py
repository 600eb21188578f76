"""docs/sandbox.md says what the sandbox's tables say."""

from pathlib import Path

from refunds.sandbox.reference import render

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"


def test_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render()
