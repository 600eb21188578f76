"""A program that stands for `docker` or `podman` on PATH: it notes what it is asked and answers from a file.

Called by the tests of the images command, which write the answers. Builds and runs nothing.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

PROGRAM = """#!{python} -IS
import json, pathlib, sys
folder = pathlib.Path({folder!r})
call = [pathlib.Path(sys.argv[0]).name, *sys.argv[1:]]
with (folder / "calls.jsonl").open("a") as calls:
    calls.write(json.dumps(call) + "\\n")
for answer in json.loads((folder / "answers.json").read_text()):
    if set(answer["asked"]) <= set(call):
        sys.stdout.write(answer["output"])
        sys.stderr.write(answer["errors"])
        sys.exit(answer["code"])
sys.exit(99)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Given to the first call that holds all the words."""

    asked: Sequence[str]
    code: int = 0
    output: str = ""
    errors: str = ""


class FakeEngine:
    """The programs of one folder, which is to be put on PATH, with what they were asked."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.path = folder / "bin"
        self.path.mkdir()
        self._folder = folder
        for name in names:
            program = self.path / name
            program.write_text(PROGRAM.format(python=sys.executable, folder=str(folder)))
            program.chmod(0o755)

    def answer(self, *answers: Answer) -> None:
        """The earlier ones are looked at first."""
        (self._folder / "answers.json").write_text(json.dumps([asdict(each) for each in answers]))

    def calls(self, *words: str) -> list[list[str]]:
        """Those that hold all the words, in their order; each begins with the program's name."""
        noted = self._folder / "calls.jsonl"
        lines = noted.read_text().splitlines() if noted.exists() else []
        return [call for call in map(json.loads, lines) if set(words) <= set(call)]
