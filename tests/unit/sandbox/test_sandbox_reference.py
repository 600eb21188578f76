"""docs/sandbox.md says what the sandbox's tables say."""

from pathlib import Path

from refunds_embedded.sandbox.http.reference import render

PAGE = Path(__file__).parents[3] / "docs" / "sandbox.md"


def test_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render()
