"""Tests of whole installations and of properties run at the product's own speed, all others under coverage."""

import os
import sys
from pathlib import Path

import pytest
from tests.support.tracing import UNTRACED, untraced

ROOT = Path(__file__).parents[3]


def test_neither_this_thread_nor_children_that_start_are_traced_within(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVERAGE_PROCESS_CONFIG", "of this test")
    tracer = sys.gettrace()
    with untraced():
        within = sys.gettrace(), os.environ.get("COVERAGE_PROCESS_CONFIG")

    assert within == (None, None)
    assert (sys.gettrace(), os.environ["COVERAGE_PROCESS_CONFIG"]) == (tracer, "of this test")


@pytest.mark.parametrize("beginning", UNTRACED)
def test_what_is_not_traced_is_a_folder_of_tests(beginning: str) -> None:
    assert list((ROOT / beginning).glob("**/test_*.py"))
