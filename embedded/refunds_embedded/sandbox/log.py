"""Logs events as JSON lines on standard error. The sandbox never logs a token, a key or a body."""

import sys

import msgspec

from refunds_embedded.sandbox.clock import real_now_ms

Field = str | int | float | bool | None


def log(event: str, /, **fields: Field) -> None:
    """Writes one JSON line with the time, the name of the event and its fields."""
    line = {"at_ms": real_now_ms(), "event": event, **fields}
    sys.stderr.write(msgspec.json.encode(line).decode() + "\n")
    sys.stderr.flush()
