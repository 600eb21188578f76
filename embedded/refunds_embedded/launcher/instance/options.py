"""The options of `refunds up`."""

from dataclasses import dataclass
from pathlib import Path

from refunds_embedded.launcher.instance.ports import LOOPBACK


@dataclass(frozen=True, slots=True, kw_only=True)
class UpOptions:
    """The options of `refunds up`. If a port is 0, any free port is used.

    If the URI of a server is given, the launcher does not start that server.
    """

    host: str = LOOPBACK
    port: int = 8080
    data_dir: Path = Path(".data")
    ready_file: Path | None = None
    sample: bool = False
    split: bool = False
    api_workers: int = 1
    mongodb_uri: str | None = None
    redis_uri: str | None = None
