"""How the Python files are laid out: few in a folder, short, and each says what it is for."""

import ast
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROOMS = ("src", "embedded", "simulation", "bench", "tests")
FILES_IN_FOLDER_MAX = 15
LINES_MEDIAN_MAX = 80
LINES_P95_MAX = 250
LINES_MAX = 350


def files_below(*rooms: str) -> list[Path]:
    """All Python files that hold something."""
    found = (path for room in rooms for path in (ROOT / room).rglob("*.py"))
    return sorted(path for path in found if path.stat().st_size and not {"build", ".venv"} & set(path.parts))


def lines_of(paths: Iterable[Path]) -> list[int]:
    """The numbers of lines, ascending."""
    return sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)


def share(ascending: list[int], percent: int) -> int:
    """The smallest number that is not exceeded by `percent` of them (nearest rank)."""
    return ascending[max(0, -(-len(ascending) * percent // 100) - 1)]


FILES = files_below(*ROOMS)


def test_no_folder_holds_many_files() -> None:
    counts = Counter(path.parent.relative_to(ROOT) for path in FILES)

    assert {str(folder): count for folder, count in counts.items() if count > FILES_IN_FOLDER_MAX} == {}


def test_the_median_file_is_short() -> None:
    assert share(lines_of(FILES), 50) <= LINES_MEDIAN_MAX
    assert share(lines_of(files_below("src", "embedded")), 50) <= LINES_MEDIAN_MAX


def test_few_files_are_long() -> None:
    assert share(lines_of(FILES), 95) <= LINES_P95_MAX


def test_no_file_is_very_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}

    assert {name: lines for name, lines in lengths.items() if lines > LINES_MAX} == {}


def test_every_module_states_its_purpose() -> None:
    silent = [
        path for path in FILES if not (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").strip()
    ]

    assert [str(path.relative_to(ROOT)) for path in silent] == []


def test_share_is_the_nearest_rank() -> None:
    assert share([1, 2, 3, 4], 50) == 2
    assert share(list(range(1, 101)), 95) == 95
    assert share([7], 95) == 7
