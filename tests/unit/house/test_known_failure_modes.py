"""The page of known failures names tests that exist; no failure of its lists is without its entry and its proof."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "known-failure-modes.md").read_text(encoding="utf-8")
ENTRIES = dict(re.findall(r"^\*\*(\w+)\*\* (.+?)(?=^\*\*|^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))

FAILURES = {str(number) for number in (*range(1, 6), *range(7, 13), 15, 18, 21, 25)}
FINDINGS = {f"R{number}" for number in range(1, 14)}
CASES = {f"F{number:02}" for number in (*range(1, 10), 11, 12)} | {f"U{number}" for number in range(1, 10)}

STRANGERS = {f"S{number}" for number in range(1, 10)}


@cache
def _tests_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds) and node.name.startswith("test_"))


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda value: value)
def test_named_test_is_collected_by_that_name(file: str, name: str) -> None:
    assert name in _tests_of(file)


def test_no_failure_of_the_lists_is_left_out() -> None:
    assert ENTRIES.keys() >= FAILURES | FINDINGS | CASES | STRANGERS


@pytest.mark.parametrize("number", sorted(ENTRIES))
def test_each_failure_has_a_test_or_the_reason_why_there_is_none(number: str) -> None:
    entry = ENTRIES[number]

    assert re.search(r"`tests/[\w/]+\.py::test_\w+`", entry) or "No test:" in entry


def test_every_test_that_the_page_names_is_read() -> None:
    assert PAGE.count(".py::") == len(re.findall(r"`tests/[\w/]+\.py::\w+`", PAGE))
