"""Names the paths in the data folder of an embedded instance, and checks whether a launcher uses the folder."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The paths in the data folder `root` of an embedded instance."""

    root: Path

    @property
    def mongodb(self) -> Path:
        """The folder with mongod's files."""
        return self.root / "mongodb"

    @property
    def redis(self) -> Path:
        """The folder with redis-server's files and configuration."""
        return self.root / "redis"

    @property
    def sandbox(self) -> Path:
        """The folder with the sandbox gateway's books."""
        return self.root / "sandbox"

    @property
    def binaries(self) -> Path:
        """The folder for copies of database servers whose installed files cannot be made executable."""
        return self.root / "bin"

    @property
    def anchors(self) -> Path:
        """The folder with the audit log's anchors, which are stored outside the database."""
        return self.root / "anchors"

    @property
    def anchor_key_file(self) -> Path:
        """The file with the key that signs the anchors."""
        return self.root / "anchor.key"

    @property
    def ready_file(self) -> Path:
        """The default path of the ready file, in which a running instance publishes its addresses."""
        return self.root / "ready.json"

    @property
    def mongodb_port_file(self) -> Path:
        """The file with the port that the configuration of the folder's MongoDB replica set contains."""
        return self.root / "mongodb.port"

    def log_file(self, child: str) -> Path:
        """Returns the path of the log file for the output of one child process."""
        return self.root / "logs" / f"{child}.log"


def is_locked(root: Path) -> bool:
    """True if a launcher has locked the folder. False if the lock file cannot be opened."""
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
