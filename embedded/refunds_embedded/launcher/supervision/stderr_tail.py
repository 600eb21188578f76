"""Finds the last error in a child's log. The launcher shows this error when the child has ended."""

import json
from pathlib import Path

TAIL_BYTES = 64 * 1024
TEXT_LENGTH_MAX = 200
FATAL, ERROR = "F", "E"  # severities in mongod's log, which is JSON lines


def last_error_line(log_file: Path) -> str:
    """Returns the last line of a log. For mongod's log, returns the first error near the end of the log."""
    with log_file.open("rb") as log:
        log.seek(max(0, log_file.stat().st_size - TAIL_BYTES))
        lines = [line.strip() for line in log.read().decode(errors="replace").splitlines()]
    errors = [error for line in lines if (error := _error_of_mongod(line))]
    found = errors or [line for line in reversed(lines) if line]
    return found[0][:TEXT_LENGTH_MAX] if found else ""


def _error_of_mongod(line: str) -> str | None:
    try:
        entry = json.loads(line)
        if entry["s"] not in (FATAL, ERROR):
            return None
        return f"{entry['msg']} {json.dumps(entry.get('attr', {}))}"
    except (ValueError, KeyError, TypeError):
        return None
