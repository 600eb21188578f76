"""The data folder of an embedded instance: its paths, and whether a launcher uses it."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The paths in the folder."""

    root: Path

    @property
    def mongodb(self) -> Path:
        """Folder of mongod's files."""
        return self.root / "mongodb"

    @property
    def redis(self) -> Path:
        """Folder of redis-server's files and configuration."""
        return self.root / "redis"

    @property
    def sandbox(self) -> Path:
        """Folder of the sandbox gateway's books."""
        return self.root / "sandbox"

    @property
    def binaries(self) -> Path:
        """Folder for copies of servers whose package cannot be made executable."""
        return self.root / "bin"

    @property
    def anchors(self) -> Path:
        """Folder of the audit log's anchors, outside the database."""
        return self.root / "anchors"

    @property
    def anchor_key_file(self) -> Path:
        """File with the key that signs the anchors."""
        return self.root / "anchor.key"

    @property
    def ready_file(self) -> Path:
        """The default ready file."""
        return self.root / "ready.json"

    @property
    def mongodb_port_file(self) -> Path:
        """File with the port that the replica set in the folder stores."""
        return self.root / "mongodb.port"

    def log_file(self, child: str) -> Path:
        """Log file of one child's output."""
        return self.root / "logs" / f"{child}.log"


def is_locked(root: Path) -> bool:
    """True if a launcher has locked the folder, as far as this process can see."""
    try:
        descriptor = os.open(root / "lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
