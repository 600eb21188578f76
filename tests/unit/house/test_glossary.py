"""The glossary decides each word once: what it retires is written nowhere."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
GLOSSARY = ROOT / "docs" / "glossary.md"
PLACES = ("src", "embedded", "simulation", "bench", ":(glob)docs/*.md", "README.md", "CONTRIBUTING.md")


def chapter(name: str) -> str:
    """The text of one chapter of the glossary."""
    return GLOSSARY.read_text().split(f"## {name}\n")[1].split("\n## ")[0]


def first_cells(text: str) -> list[str]:
    """The first cell of each row of a table, without its head."""
    return [row.split("|")[1].strip() for row in text.splitlines() if row.startswith("| ") and "| word |" not in row]


RETIRED = first_cells(chapter("No longer written"))


def files_with(word: str) -> list[str]:
    """Files of the product and its documents in which the word stands, alone or as a part of a name."""
    of_names = re.sub(r"[ -]", "[ _-]?", word)
    pattern = rf"(^|[^a-z]){of_names}s?([^a-z]|$)"
    found = subprocess.run(
        ["git", "grep", "-liE", pattern, "--", *PLACES], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [path for path in found.stdout.split() if path != "docs/glossary.md"]


def names_with(word: str) -> list[str]:
    """Names of tests, and of functions and classes beside them, of which the word is a part."""
    of_names = re.sub(r"[ -]", "_?", word)
    pattern = rf"^ *(async def|def|class) +([a-z0-9_]*_)?{of_names}s?(_[a-z0-9_]*)?[(:]"
    found = subprocess.run(
        ["git", "grep", "-hiE", pattern, "--", "tests"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return found.stdout.splitlines()


@pytest.mark.parametrize("word", RETIRED)
def test_retired_word_names_no_test_and_no_helper(word: str) -> None:
    assert names_with(word) == []


@pytest.mark.parametrize("word", RETIRED)
def test_retired_word_is_written_nowhere(word: str) -> None:
    assert files_with(word) == []


def test_a_word_in_use_would_be_found() -> None:
    assert "src/refunds/domain/payment/payment.py" in files_with("refund")
    assert [name for name in names_with("word in use") if "test_a_word_in_use_would_be_found" in name]


def test_each_word_has_one_row() -> None:
    text = GLOSSARY.read_text()
    words = [word for cell in first_cells(text) for word in re.sub(r" \(.*?\)", "", cell).split(", ")]

    assert len(words) > 80
    assert sorted({word for word in words if words.count(word) > 1}) == []
