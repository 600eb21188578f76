"""Every answer of docs/where.md is there: the file, at most three steps below its package, and the name in it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = {"": ROOT / "src" / "refunds", "(embedded) ": ROOT / "embedded" / "refunds_embedded"}
PAGE = (ROOT / "docs" / "where.md").read_text(encoding="utf-8")
STEPS_MAX = 3

ROWS = re.findall(r"^\| (.+\?) \| (.+) \|$", PAGE, re.MULTILINE)
PLACES = [
    (of, file, name)
    for _, answer in ROWS
    for of, file, names in re.findall(r"(\(\w+\) |)`([\w/]+\.\w+)`: ((?:`[\w-]+`(?:, )?)+)", answer)
    for name in re.findall(r"`([\w-]+)`", names)
]


def _names_in(path: Path) -> set[str]:
    """Functions, classes, methods and constants of a Python file; the ids of policies."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".cedar":
        return set(re.findall(r'^@id\("([\w-]+)"\)', text, re.MULTILINE))
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def test_page_answers_as_many_questions_as_it_names() -> None:
    said = re.search(r"^(\d+) questions", PAGE, re.MULTILINE)

    assert said is not None
    assert len({question for question, _ in ROWS}) == int(said[1]) >= 30


@pytest.mark.parametrize(("question", "answer"), ROWS, ids=[question for question, _ in ROWS])
def test_each_answer_names_a_file_and_a_name(question: str, answer: str) -> None:
    files = re.findall(r"`([\w/]+\.\w+)`", answer)

    assert files
    assert set(files) <= {file for _, file, _ in PLACES}


@pytest.mark.parametrize(("of", "file", "name"), sorted(set(PLACES)), ids=lambda value: value)
def test_what_is_named_is_there_within_three_steps(of: str, file: str, name: str) -> None:
    assert len(Path(file).parts) <= STEPS_MAX
    assert name in _names_in(SOURCES[of] / file)
