"""The data folder of an embedded instance: its paths, and whether its launcher holds it."""

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
        """The files of mongod."""
        return self.root / "mongodb"

    @property
    def redis(self) -> Path:
        """The files of redis-server, with its configuration."""
        return self.root / "redis"

    @property
    def sandbox(self) -> Path:
        """The books of the sandbox gateway."""
        return self.root / "sandbox"

    @property
    def binaries(self) -> Path:
        """Copies of servers whose package cannot be made executable."""
        return self.root / "bin"

    @property
    def anchors(self) -> Path:
        """The audit log's anchors, kept outside of the database."""
        return self.root / "anchors"

    @property
    def anchor_key_file(self) -> Path:
        """The key that signs the anchors."""
        return self.root / "anchor.key"

    @property
    def ready_file(self) -> Path:
        """The default ready file."""
        return self.root / "ready.json"

    @property
    def mongodb_port_file(self) -> Path:
        """The port that the replica set in the folder stores."""
        return self.root / "mongodb.port"

    def log_file(self, child: str) -> Path:
        """The output of one child."""
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
