"""The trace of a simulation, which is a hash over all its events in sequence.

For a story, which is the readable list of what happened, the trace also keeps the events. An event is (second, actor,
action, subject, outcome). Equal seeds give equal traces, byte for byte.
"""

import hashlib
from dataclasses import dataclass, field

PENDING_MAX = 512


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a story. A story is the readable list of what happened in a simulation."""

    at_s: float
    who: str
    what: str
    subject: str
    outcome: str


@dataclass(slots=True)
class Trace:
    """Hashes all events. Keeps the events themselves for a story if `is_kept` is True."""

    is_kept: bool = False
    entries: list[Entry] = field(default_factory=list)
    count: int = 0
    _lines: list[str] = field(default_factory=list)
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, at_s: float, who: str, what: str, subject: str = "", outcome: str = "") -> None:
        """Adds an event to the hash, and keeps it if `is_kept` is True."""
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
        """Returns 32 hexadecimal digits of the hash over all events so far."""
        self._flush()
        return self._hash.copy().hexdigest()[:32]
