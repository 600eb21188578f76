"""Logs one JSON line per event on standard error.

Called by main, the gateway and the webhooks. Never logs a token, a key or a body.
"""

import sys

import msgspec

from refunds_embedded.sandbox.clock import real_now_ms

Field = str | int | float | bool | None


def log(event: str, /, **fields: Field) -> None:
    """Writes one line: the constant name of the event, and its fields."""
    line = {"at_ms": real_now_ms(), "event": event, **fields}
    sys.stderr.write(msgspec.json.encode(line).decode() + "\n")
    sys.stderr.flush()
