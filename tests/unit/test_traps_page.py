"""The page of known failures (docs/traps.md) names tests that exist, and none of the failures is left out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "traps.md").read_text()
ROWS = dict(re.findall(r"^\| (\d+) \| (.+) \|$", PAGE, re.MULTILINE))
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda value: value)
def test_named_test_exists(file: str, name: str) -> None:
    assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(), re.MULTILINE)


def test_no_failure_is_left_out_and_each_has_a_test() -> None:
    assert [int(number) for number in ROWS] == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 15, 18, 21, 25]
    assert all("::" in row for row in ROWS.values())


def test_every_test_of_the_page_is_read() -> None:
    assert PAGE.count("::") - 1 == len(re.findall(r"`tests/[\w/]+\.py::\w+`", PAGE))
