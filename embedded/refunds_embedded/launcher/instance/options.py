"""The options of `refunds up`."""

from dataclasses import dataclass
from pathlib import Path

from refunds_embedded.launcher.instance.ports import LOOPBACK


@dataclass(frozen=True, slots=True, kw_only=True)
class UpOptions:
    """The options. Port 0 means any free port; if a URI is given, that server is not started."""

    host: str = LOOPBACK
    port: int = 8080
    data_dir: Path = Path(".data")
    ready_file: Path | None = None
    sample: bool = False
    split: bool = False
    api_workers: int = 1
    mongodb_uri: str | None = None
    redis_uri: str | None = None
