"""The trace of a run: a running hash of all events in order and, for stories, the events themselves.

An event is (second, actor, action, subject, outcome). Equal seeds give equal traces, byte for byte.
"""

import hashlib
from dataclasses import dataclass, field

PENDING_MAX = 512


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, kept for a story."""

    at_s: float
    who: str
    what: str
    subject: str
    outcome: str


@dataclass(slots=True)
class Trace:
    """The trace. If `is_kept` is True, the events themselves are kept for a story."""

    is_kept: bool = False
    entries: list[Entry] = field(default_factory=list)
    count: int = 0
    _lines: list[str] = field(default_factory=list)
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, at_s: float, who: str, what: str, subject: str = "", outcome: str = "") -> None:
        """Adds an event."""
        self.count += 1
        self._lines.append(f"{at_s:.6f}\t{who}\t{what}\t{subject}\t{outcome}\n")
        if len(self._lines) >= PENDING_MAX:
            self._flush()
        if self.is_kept:
            self.entries.append(Entry(at_s, who, what, subject, outcome))

    def _flush(self) -> None:
        self._hash.update("".join(self._lines).encode())
        self._lines.clear()

    def digest(self) -> str:
        """Returns the hash of all events so far, in hexadecimal."""
        self._flush()
        return self._hash.copy().hexdigest()[:32]
