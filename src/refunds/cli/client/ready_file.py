"""The ready file: where a running instance is and how to reach its parts.

`refunds up` writes it when all is ready and removes it when it stops; the command line, the tests and the benchmarks
read it. It contains passwords, so only its owner may read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec

from refunds.cli.client.data_folder import is_locked

HttpUrl: TypeAlias = Annotated[str, msgspec.Meta(pattern="^https?://[^/]")]
MongodbUri: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^mongodb(\+srv)?://[^/]")]

DATABASE = "refunds"
"""Name of the database at `mongodb_uri`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningService:
    """One of the five services; in one process all have the same pid and url."""

    pid: int
    url: HttpUrl


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A running instance. `children` names every process of the instance, including the servers."""

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


def is_stale(ready: Ready) -> bool:
    """True if the instance's launcher was killed: its process does not exist here and the folder is not locked."""
    return not Path(f"/proc/{ready.pid}").exists() and not is_locked(ready.data_dir)


def read_ready(path: Path) -> Ready:
    """Reads what `write_ready` wrote. Raises OSError, or ValueError with field and rule for an invalid file."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Ready, dec_hook=_path)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ValueError(f"it is no ready file: {error}") from error


def _path(kind: type, text: object) -> Path:
    if kind is not Path or not isinstance(text, str) or not text:
        raise ValueError("Expected a path")
    return Path(text)
