"""Links and make targets of README and docs exist; `test_readme` runs what the README tells people to type."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "bench/README.md"]


def _commands(page: Path) -> list[str]:
    """Lines of fenced blocks that begin with a program of ours, without comments."""
    blocks = re.findall(r"^```(?:bash|sh)?\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith(("refunds ", "make "))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_the_documents_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())

    dead = [target for target in targets if "://" not in target and not (page.parent / target).exists()]

    assert dead == []


def test_make_targets_of_the_documents_exist() -> None:
    named = {
        word for page in PAGES for line in _commands(page) if line.startswith("make ") for word in [line.split()[1]]
    }
    listed = subprocess.run(["make", "help"], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert {name for name in named if f"make {name} " not in listed} == set()
    assert {"run", "test"} <= named
