"""Reads the ready file, in which a running instance publishes its addresses and passwords.

`refunds up` writes the file when all parts are ready, and removes the file when the instance stops. The command line,
the tests and the benchmarks read it. Only the file's owner may read it, because it contains passwords.
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
    """The process id and URL of one of the five services.

    If all services run in one process, they have the same process id and URL.
    """

    pid: int
    url: HttpUrl


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The contents of the ready file of a running instance.

    `children` has the name and pid of each process of the instance, including the database servers.
    """

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
    """True if the instance's launcher was killed.

    In that case the launcher's process does not exist and the data folder is not locked.
    """
    return not Path(f"/proc/{ready.pid}").exists() and not is_locked(ready.data_dir)


def read_ready(path: Path) -> Ready:
    """Returns the contents of a ready file. Raises OSError if the file cannot be read.

    Raises ValueError, which names the invalid field, if the content is invalid.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Ready, dec_hook=_path)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ValueError(f"it is no ready file: {error}") from error


def _path(kind: type, text: object) -> Path:
    if kind is not Path or not isinstance(text, str) or not text:
        raise ValueError("Expected a path")
    return Path(text)
