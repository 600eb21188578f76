"""What README and docs tell people to type is run, on a real instance, as it stands there."""

import re
import shlex
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.http.caller import Caller
from tests.support.processes.instance import Instance

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "bench/README.md"]
COMMAND_S = 60


def _commands(page: Path) -> list[str]:
    """Lines of fenced blocks that begin with a program of ours, without comments."""
    blocks = re.findall(r"^```(?:bash|sh)?\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith(("refunds ", "make "))]


def _refunds(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [str(ROOT / ".venv/bin/refunds"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_S, check=False, cwd=ROOT)


@pytest.fixture
async def instance(tmp_path: Path) -> AsyncIterator[Instance]:
    running = Instance(tmp_path)
    await running.start()
    yield running
    assert await running.stop() == 0


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


@pytest.mark.slow
async def test_commands_of_the_readme_do_what_they_say(instance: Instance) -> None:
    where = ("--ready-file", str(instance.ready_file))
    async with Caller(instance.ready) as caller:
        await caller.plant_merchant()
        payment = await caller.capture()
        _, answer = await caller.refund(payment, 100)
    values = {"PAYMENT": payment, "REFUND": str(answer["id"])}

    for line in [command for command in _commands(ROOT / "README.md") if command.startswith("refunds ")]:
        words = [values.get(word, word) for word in shlex.split(line)[1:]]
        if words[0] == "up":
            continue  # it is what the fixture runs
        done = _refunds(*words, *where)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        assert done.stdout.strip(), line
