"""The ready file: where a running instance is and how to reach its parts.

`refunds up` writes it when all is ready and removes it when it stops; the command line, the tests and the benchmarks
read it. It contains passwords, so only its owner may read it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec

from refunds.launcher.instance.data_dir import is_locked, write_private
from refunds.launcher.instance.errors import ReadyFileUnusable

HttpUrl: TypeAlias = Annotated[str, msgspec.Meta(pattern="^https?://[^/]")]
MongodbUri: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^mongodb(\+srv)?://[^/]")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningService:
    """One of the five services; in one process all have the same pid and url."""

    pid: int
    url: HttpUrl


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A running instance. `children` names every process of it, including the servers."""

    url: HttpUrl
    sandbox_url: HttpUrl
    mongodb_uri: MongodbUri
    redis_uri: str
    pid: int
    services: Mapping[str, RunningService]
    children: Mapping[str, int]
    issuer_key_file: Path
    data_dir: Path
    console_url: str | None = None


def write_ready(path: Path, ready: Ready) -> None:
    """Replaces the file as a whole, so that no reader sees half of it."""
    write_private(path, json.dumps(asdict(ready), indent=2, default=str) + "\n")


def forget_ready(path: Path) -> None:
    """Removes the file of an earlier run. ReadyFileUnusable if the path is another file, which stays."""
    if not path.parent.is_dir():
        raise ReadyFileUnusable(path, "its folder does not exist")
    if not path.exists():
        return
    try:
        read_ready(path)
    except (OSError, ValueError):
        raise ReadyFileUnusable(path, "it exists and is no ready file") from None
    path.unlink(missing_ok=True)


def is_stale(ready: Ready) -> bool:
    """True if its launcher was killed: the process does not exist here, and the folder is not locked."""
    return not Path(f"/proc/{ready.pid}").exists() and not is_locked(ready.data_dir)


def read_ready(path: Path) -> Ready:
    """Reads what `write_ready` wrote. OSError, or ValueError with the field and rule for another file."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Ready, dec_hook=_path)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ValueError(f"it is no ready file: {error}") from error


def _path(kind: type, text: object) -> Path:
    if kind is not Path or not isinstance(text, str) or not text:
        raise ValueError("Expected a path")
    return Path(text)
