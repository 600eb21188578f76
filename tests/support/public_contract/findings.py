"""What a comparison of two contracts reports: one incompatible change each. Nothing here reads a file."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

Document = dict[str, Any]
"""A decoded JSON object."""


class Direction(StrEnum):
    """Who writes the value that a schema describes."""

    REQUEST = "request"
    """The caller: all that was accepted must be accepted still."""
    RESPONSE = "response"
    """The product: all that is written must be as it was described; more fields are allowed."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One incompatible change: its kind, where in the contract it is, and what it is."""

    where: str
    kind: str
    detail: str

    def as_json(self) -> dict[str, str]:
        """`{where, kind, detail}`."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.detail}"


Findings = Iterator[Finding]


def may_go(described: Document, today: date) -> bool:
    """True if an operation, parameter or field was announced as deprecated and its `x-sunset` (a date) has come."""
    return bool(described.get("deprecated")) and date.fromisoformat(described.get("x-sunset", "9999-12-31")) <= today
