"""How tests are spread over workers and how long ones are resumed: no test is lost on the way."""

import json
from pathlib import Path

import pytest
from tests.support.resume import Resume
from tests.support.spread import LONGEST_FIRST, TOGETHER, group_of

ROOT = Path(__file__).parents[3]
LONG = """
import pytest

@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_seed(seed):
    assert seed != BROKEN
"""
CONFTEST = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import pathlib
from tests.support.resume import Resume, leave_out_long

def pytest_addoption(parser):
    parser.addoption("--resume", type=pathlib.Path)
    parser.addoption("--tree", default="one")

def pytest_configure(config):
    config.addinivalue_line("markers", "long: by hand")
    if file := config.getoption("--resume"):
        config.pluginmanager.register(Resume(file, config.getoption("--tree")), "resume")

def pytest_collection_modifyitems(config, items):
    if config.getoption("--resume") is None:
        leave_out_long(config, items)
"""

pytest_plugins = ("pytester",)


def _run(pytester: pytest.Pytester, broken: int, *options: str) -> dict[str, int]:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_long=f"BROKEN = {broken}\n{LONG}")
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", *options).parseoutcomes()


def test_long_tests_are_left_out_unless_they_are_asked_for(pytester: pytest.Pytester) -> None:
    assert _run(pytester, 0) == {"deselected": 3}


def test_a_second_call_runs_only_what_has_not_passed(pytester: pytest.Pytester) -> None:
    first = _run(pytester, 2, "--resume", "passed.jsonl")
    second = _run(pytester, 0, "--resume", "passed.jsonl")

    assert first == {"passed": 2, "failed": 1}
    assert second == {"passed": 1, "deselected": 2}


def test_a_changed_tree_begins_anew(pytester: pytest.Pytester) -> None:
    _run(pytester, 0, "--resume", "passed.jsonl")

    assert _run(pytester, 0, "--resume", "passed.jsonl", "--tree", "two") == {"passed": 3}


def test_what_passed_is_kept_by_tree(tmp_path: Path) -> None:
    rows = [{"tree": "a", "test": "x", "seconds": 1}, {"tree": "b", "test": "y", "seconds": 1}]
    file = tmp_path / "passed.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))

    assert Resume(file, "a").passed() == {"x"}
    assert Resume(tmp_path / "none", "a").passed() == frozenset()


def test_files_that_share_an_instance_are_one_group_and_others_their_own() -> None:
    shared = {group_of(path if path.endswith(".py") else f"{path}test_any.py") for path in TOGETHER}

    assert shared == set(TOGETHER.values())
    assert group_of("tests/unit/refund/test_money.py") == "tests/unit/refund/test_money.py"


@pytest.mark.parametrize("name", [*TOGETHER, *(each for each in LONGEST_FIRST if each.endswith(".py"))])
def test_what_is_named_exists(name: str) -> None:
    assert (ROOT / name).exists()
