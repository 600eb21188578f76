"""Pages that are generated and kept in the repository: written by `python -m tests.infrastructure.generated`.

A page may be generated as a whole, or between two markers; a test compares what is kept with what would be written.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BEGIN, END = "<!-- {name}: generated, do not edit -->\n", "\n<!-- end of {name} -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A generated file, or the part of it between the markers of `part`."""

    path: str
    text: str
    part: str = ""

    @property
    def is_true(self) -> bool:
        """Whether the repository holds exactly this."""
        file = ROOT / self.path
        return file.is_file() and file.read_text(encoding="utf-8") == self._wanted(file)

    def write(self) -> None:
        """Put it there."""
        file = ROOT / self.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self._wanted(file), encoding="utf-8")

    def _wanted(self, file: Path) -> str:
        if not self.part:
            return self.text
        begin, end = BEGIN.format(name=self.part), END.format(name=self.part)
        marked = begin + self.text.strip("\n") + end
        before = file.read_text(encoding="utf-8") if file.is_file() else marked
        pattern = re.escape(begin) + ".*?" + re.escape(end.lstrip("\n"))
        after, found = re.subn(pattern, lambda _: marked, before, flags=re.DOTALL)
        if not found:
            raise ValueError(f"{self.path} has no markers of {self.part}")
        return after


def written(text: str) -> str:
    """With exactly one line end at its end."""
    return text.rstrip("\n") + "\n"
