"""docs/how-to-add.md names files, names in them and commands that are there; no name on it goes unchecked."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "how-to-add.md").read_text(encoding="utf-8")
PAGE = " ".join(TEXT.split())
"""Without line ends, since a place may stand on two lines."""

FOLDERS = frozenset({"contract", "embedded", "scripts", "tests"})
"""Files that begin with one of these are below the root, all others below src/refunds/."""

FILE = r"[\w.-]+(?:/[\w.-]+)+"
SPANS = sorted(set(re.findall(r"`([^`]+)`", PAGE)))
FILES = [span for span in SPANS if re.fullmatch(FILE, span)]
PLACES = sorted(
    {
        (file, name)
        for file, names in re.findall(rf"`({FILE})`: ((?:`\w+`(?:, )?)+)", PAGE)
        for name in re.findall(r"`(\w+)`", names)
    }
)
COMMANDS = [span for span in SPANS if span.startswith("refunds ")]
MODULES = [span.split()[2] for span in SPANS if span.startswith("python -m ")]
TARGETS = [span.split()[1] for span in SPANS if span.startswith("make ")]
OTHERS = frozenset({"src/refunds/", "CHANGELOG.md"})


def place_of(file: str) -> Path:
    """Where a file of the page is."""
    return (ROOT if file.split("/", maxsplit=1)[0] in FOLDERS else ROOT / "src" / "refunds") / file


@cache
def names_in(file: str) -> frozenset[str]:
    """Functions, classes, methods, fields and constants of a Python file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(place_of(file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(names)


def test_there_is_a_recipe_for_each_frequent_change() -> None:
    assert re.findall(r"^## (.+)$", TEXT, re.MULTILINE) == [
        "A reason code",
        "A parameter",
        "A field on a refund",
        "A problem code",
        "A gateway",
    ]


@pytest.mark.parametrize("file", FILES)
def test_each_file_of_a_recipe_is_there(file: str) -> None:
    assert place_of(file).is_file()


@pytest.mark.parametrize(("file", "name"), PLACES, ids=lambda value: value)
def test_each_name_of_a_recipe_is_in_its_file(file: str, name: str) -> None:
    assert name in names_in(file)


def test_a_name_that_is_not_there_would_be_found() -> None:
    file = "domain/settings/reason_codes.py"

    assert (file, "REASON_CODES") in PLACES
    assert "REASONS_OF_NOBODY" not in names_in(file)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_of_a_recipe_is_there(command: str) -> None:
    app = (ROOT / "src" / "refunds" / "cli" / "app.py").read_text(encoding="utf-8")

    assert f'("{command.split()[1]}", "refunds.cli.commands.' in app


@pytest.mark.parametrize("module", MODULES)
def test_each_program_of_a_recipe_is_there(module: str) -> None:
    assert (ROOT / f"{module.replace('.', '/')}.py").is_file()


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_of_make_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", sorted(set(re.findall(r"\]\(([\w/.-]+\.md)\)", PAGE))))
def test_each_page_that_a_recipe_leads_to_is_there(page: str) -> None:
    assert (ROOT / "docs" / page).is_file()


def test_every_name_of_the_page_is_checked() -> None:
    checked = {*FILES, *(name for _, name in PLACES), *COMMANDS, *OTHERS}
    checked |= {f"python -m {module}" for module in MODULES} | {f"make {target}" for target in TARGETS}

    assert [span for span in SPANS if span not in checked] == []
    assert len(PLACES) > 80
