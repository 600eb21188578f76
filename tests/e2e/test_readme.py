"""The README's part "By hand", executed line by line as it stands, on a fresh folder."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from refunds.cli.client.ready_file import read_ready
from refunds_embedded.demo.first_steps import first_steps

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BY_HAND = re.search(r"## By hand\n.*?\n```\n(.*?)```", README, re.DOTALL)
START_TIMEOUT_S = 120.0

pytestmark = pytest.mark.slow


def commands() -> list[str]:
    """The lines of the block, those that end in a backslash joined with the next one."""
    assert BY_HAND
    return BY_HAND[1].replace("\\\n", " ").splitlines()


@pytest.fixture
async def folder(tmp_path: Path) -> AsyncIterator[Path]:
    """A folder in which the block's first line runs, on a free port."""
    up, *_ = commands()
    words = up.partition("#")[0].split()
    assert words[:2] == ["refunds", "up"]
    command = [sys.executable, "-P", "-m", "refunds", *words[1:], "--port", "0"]
    with (tmp_path / "up.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log)
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            while not (tmp_path / ".data" / "ready.json").exists():
                assert process.poll() is None, (tmp_path / "up.log").read_text()
                await asyncio.sleep(0.1)
        yield tmp_path
    finally:
        process.terminate()
        process.wait(timeout=60)


def by_a_reader(line: str, folder: Path) -> str:
    """The output of a line; a reader's shell finds `refunds`, and reads the printed address."""
    url = json.loads((folder / ".data" / "ready.json").read_text())["url"]
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ended = subprocess.run(
        ["bash", "-c", line.replace("http://127.0.0.1:8080", url)],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, f"{line}\n{ended.stdout}{ended.stderr}"
    return ended.stdout


async def test_every_line_of_the_readme_works_as_described(folder: Path) -> None:
    _, *lines = commands()
    outputs: dict[str, str] = {}
    refund_id = ""
    for line in lines:
        output = by_a_reader(line.replace("REFUND", refund_id) if refund_id else line, folder)
        found = re.search(r"\bref_\w+", output)
        assert output.strip(), line
        refund_id = refund_id or (found[0] if found else "")
        outputs[line.partition("#")[0].strip()] = output

    told = {re.sub(r" -.*| REFUND", "", line): output for line, output in outputs.items()}
    assert refund_id
    assert refund_id in told["refunds refund list"]
    assert "completed" in told["refunds refund why"]
    by_api = json.loads(next(output for line, output in told.items() if line.startswith("curl")))
    assert by_api["payment_id"] == "pay_sample01"
    assert by_api["amount"] == 500


async def test_start_prints_what_to_try_and_adds_nothing_twice(folder: Path) -> None:
    told = (folder / "up.log").read_text()

    assert "pay_sample01  120.00 USD, refunds complete within a second" in told
    suggested = re.findall(r"^  (refunds .*|curl (?:.*\\\n)*.*)$", told, re.MULTILINE)
    assert len(suggested) == 3
    for line in suggested:
        by_a_reader(line, folder)

    again = await first_steps(read_ready(folder / ".data" / "ready.json"))
    assert again in told
