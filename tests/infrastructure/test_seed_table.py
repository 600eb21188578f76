"""Each row of the seed (seed_rows.txt) stands in infrastructure/README.md with where it is made and what proves it.

A row that is not, or only partly, built says "later" and what is missing; these rows are counted and printed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "infrastructure/README.md"
ROWS = Path(__file__).with_name("seed_rows.txt")
BEGIN = "## The seed, row by row"
NAMED = re.compile(r"\[`([^`]+)`\]\(([^)]+)\)")
SAID = re.compile(r"^(\d+) of (\d+) rows say \"later\", (\d+) of them wholly\.$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table, below its section's heading."""

    section: str
    name: str
    where: str
    proof: str

    @property
    def is_later(self) -> bool:
        """Whether something of it is missing."""
        return "later: " in self.where

    @property
    def is_wholly_later(self) -> bool:
        """Whether nothing proves any of it."""
        return self.is_later and not self.proof


def _table() -> Iterator[Row]:
    section = ""
    for line in README.read_text(encoding="utf-8").partition(BEGIN)[2].splitlines():
        if line.startswith("### "):
            section = line.removeprefix("### ")
        cells = [cell.strip() for cell in line.strip("|").split(" | ")] if line.startswith("| ") else []
        if cells and cells[0] not in ("row", "---"):
            name, where, proof = [*cells, ""][:3]
            yield Row(section=section, name=name, where=where, proof=proof.strip("| "))


TABLE = list(_table())
each_row = pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.section}: {row.name}")


def _is_test(word: str, text: str) -> bool:
    return re.search(rf'^(async )?def {re.escape(word)}\(|^run "{re.escape(word)}" \{{', text, re.MULTILINE) is not None


def test_every_row_of_the_seed_is_in_the_table() -> None:
    kept = ROWS.read_text(encoding="utf-8").splitlines()

    shown, section = [], ""
    for row in TABLE:
        shown += [f"## {row.section}"] if row.section != section else []
        shown.append(row.name)
        section = row.section

    assert shown == kept


@each_row
def test_what_a_row_names_is_there(row: Row) -> None:
    for word, path in NAMED.findall(row.where):
        file = README.parent / path
        assert file.is_file(), f"{path} is not there"
        assert word in file.read_text(encoding="utf-8"), f"{path} has no {word}"


@each_row
def test_proof_of_a_row_is_a_test_that_exists(row: Row) -> None:
    for word, path in NAMED.findall(row.proof):
        file = README.parent / path
        assert file.is_file(), f"{path} is not there"
        assert _is_test(word, file.read_text(encoding="utf-8")), f"{path} has no test {word}"


@each_row
def test_row_is_made_and_proved_or_names_what_comes_later(row: Row) -> None:
    is_whole = bool(NAMED.search(row.where)) and bool(NAMED.search(row.proof))

    assert is_whole or row.is_later
    assert not row.is_later or len(row.where.partition("later: ")[2]) > len("later: ")


def test_rows_that_come_later_are_counted(capfd: pytest.CaptureFixture[str]) -> None:
    later = [row for row in TABLE if row.is_later]
    said = SAID.search(README.read_text(encoding="utf-8"))

    with capfd.disabled():
        print(f"\n{len(later)} of {len(TABLE)} rows of the seed say later:")
        for row in later:
            print(f"  {row.section}: {row.name}: {row.where.partition('later: ')[2]}")

    assert said is not None
    wholly = sum(row.is_wholly_later for row in later)
    assert [int(number) for number in said.groups()] == [len(later), len(TABLE), wholly]
