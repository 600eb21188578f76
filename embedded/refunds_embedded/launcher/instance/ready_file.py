"""Writes and removes the file in which a running instance publishes its addresses.

`cli.client.ready_file` reads this file.
"""

import json
from dataclasses import asdict
from pathlib import Path

from refunds.cli.client.ready_file import Ready, read_ready
from refunds_embedded.launcher.instance.data_dir import write_private
from refunds_embedded.launcher.instance.errors import ReadyFileUnusable


def write_ready(path: Path, ready: Ready) -> None:
    """Replaces the ready file atomically, so that no reader gets an incomplete file."""
    write_private(path, json.dumps(asdict(ready), indent=2, default=str) + "\n")


def forget_ready(path: Path) -> None:
    """Removes the ready file of an earlier instance.

    If the path is another kind of file, raises ReadyFileUnusable and removes nothing. Also raises ReadyFileUnusable if
    the folder of the file does not exist.
    """
    if not path.parent.is_dir():
        raise ReadyFileUnusable(path, "its folder does not exist")
    if not path.exists():
        return
    try:
        read_ready(path)
    except (OSError, ValueError):
        raise ReadyFileUnusable(path, "it exists and is no ready file") from None
    path.unlink(missing_ok=True)
