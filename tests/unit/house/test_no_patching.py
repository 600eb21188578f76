"""No test replaces an attribute of a module: it hands in what it wants otherwise. Environment variables may be set."""

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
EMULATOR = ROOT / "tests" / "infrastructure" / "emulator"
"""A program that extends moto from outside, by moto's own classes; no test of ours."""

ROOMS = ("src", "embedded", "simulation", ".")
OURS = {"refunds", "refunds_embedded", "refunds_simulation", "bench", "tests"}
REPLACING = {"setattr", "delattr"}


def _is_module(package: str, name: str) -> bool:
    """Whether `from package import name` brings a module. Our own are found as files: an import would run them."""
    place = Path(package.replace(".", "/")) / name
    if any((ROOT / room / f"{place}.py").exists() or (ROOT / room / place).is_dir() for room in ROOMS):
        return True
    try:
        return package.partition(".")[0] not in OURS and find_spec(f"{package}.{name}") is not None
    except (ImportError, ValueError):
        return False


def _modules_of(tree: ast.AST) -> set[str]:
    """The names in a file that stand for modules."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name for alias in node.names if _is_module(node.module, alias.name)}
    return names


def _root_of(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_of_a_module(node: ast.expr, modules: set[str]) -> bool:
    """Whether it is `module.name`, by the module's name or by a dotted one (`os.path.name`)."""
    return isinstance(node, ast.Attribute) and _root_of(node) in modules


def _is_imported_mock(node: ast.Import | ast.ImportFrom) -> bool:
    names = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
    return bool({"unittest.mock", "pytest_mock"} & {*names, f"{names[0]}.{names[-1]}"})


def _is_call_that_replaces(node: ast.Call, modules: set[str]) -> bool:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in REPLACING  # of pytest's monkeypatch
    return isinstance(node.func, ast.Name) and node.func.id in REPLACING and _root_of(node.args[0]) in modules


def _replaces(node: ast.AST, modules: set[str]) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom():
            return _is_imported_mock(node)
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            return any(_is_of_a_module(target, modules) for target in targets)
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return _is_of_a_module(target, modules)
        case ast.Call():
            return _is_call_that_replaces(node, modules)
    return False


def replaced_in(source: str) -> Iterator[int]:
    """Line numbers at which an attribute of a module is replaced or removed."""
    tree = ast.parse(source)
    modules = _modules_of(tree)
    yield from (
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt | ast.expr) and _replaces(node, modules)
    )


def test_no_test_replaces_an_attribute_of_a_module() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if EMULATOR not in path.parents
        for line in replaced_in(path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "def test(monkeypatch):\n    monkeypatch.setattr('sys.stdout.isatty', bool)",
        "def test(monkeypatch):\n    monkeypatch.delattr(os, 'fork')",
        "from unittest.mock import patch",
        "import unittest.mock",
        "from unittest import mock",
        "import os\nos.path.exists = bool",
        "from refunds.domain import money\nmoney.AMOUNT_MAX = 1",
        "from refunds.domain import money as ours\nsetattr(ours, 'AMOUNT_MAX', 1)",
        "import time\ndel time.sleep",
    ],
)
def test_replacing_would_be_noticed(source: str) -> None:
    assert list(replaced_in(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['A'] = 'b'",
        "def test(monkeypatch):\n    monkeypatch.setenv('A', 'b')",
        "class Shop:\n    pass\nshop = Shop()\nshop.clock = 1",
    ],
)
def test_environment_and_objects_of_a_test_may_change(source: str) -> None:
    assert list(replaced_in(source)) == []
