"""Everything that can end `refunds up` early, each as one line: what it is, and what to do.

LauncherError
├── FolderInUse          another launcher runs on the data folder
├── FolderNotOurs        the folder holds something else
├── ReadyFileUnusable    the ready file cannot be written, or is another program's
├── WorkersOutOfRange    too many api workers, or several without --split
├── FolderUnwritable     the data folder is not writable
├── DiskFull             too little free space on the disk
├── PortOutOfRange       no port has this number
├── HostNotAnAddress     a name was given instead of an IP address
├── NotAUri              a text was given that is not a server's URI
├── PortTaken            another program uses the port
├── BinaryMissing        mongod or redis-server was not found
├── ServerUnreachable    a given URI does not answer
├── ReplicaSetNotFormed  the database listens but does not accept commands
├── SecretsMismatch      the database does not accept the folder's password
├── NotMigrated          the database cannot be brought to this release's schema
├── ChildEndedEarly      a child ended before it was ready
├── ChildNotReady        a child did not become ready in time
└── ChildKeepsDying      a child ended more often than it may be restarted
"""

import errno
from pathlib import Path


class LauncherError(Exception):
    """One clear line for a person: what happened, and what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}: {remedy}")
        self.what = what
        self.remedy = remedy


class FolderInUse(LauncherError):
    """Another launcher holds the lock of the data folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(
            f"{folder} is in use by another refunds up (pid {holder})",
            "stop that process, or give another --data-dir",
        )


class NotMigrated(LauncherError):
    """The stored schema is not that of this release and could not be migrated to it."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"the database was not migrated ({why})",
            "look at the log of the migration, then start again: the migration continues where it stopped",
        )


class ReadyFileUnusable(LauncherError):
    """The path of the ready file is another program's file, or it cannot be written."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be the ready file ({why})", "give another --ready-file")


class WorkersOutOfRange(LauncherError):
    """More api workers than one machine can use, or several without --split."""

    def __init__(self, requested: int, most: int) -> None:
        super().__init__(f"{requested} api workers cannot be run", f"give 1, or up to {most} with --split")


class FolderNotOurs(LauncherError):
    """The data folder contains something that this launcher did not write, or a newer format."""

    def __init__(self, folder: Path, found: str) -> None:
        super().__init__(f"{folder} is not a data folder of this version ({found})", "give another --data-dir")


class FolderUnwritable(LauncherError):
    """The operating system refuses to write into the data folder."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"cannot write into {folder} ({reason})", "make the folder writable, or give another --data-dir"
        )


class DiskFull(LauncherError):
    """The disk of the data folder has too little free space."""

    def __init__(self, folder: Path, free_bytes: int, needed_bytes: int) -> None:
        mib = 1024 * 1024
        super().__init__(
            f"the disk under {folder} is full ({free_bytes // mib} MiB free)",
            f"free at least {needed_bytes // mib} MiB, or give another --data-dir",
        )


class PortOutOfRange(LauncherError):
    """No port has this number."""

    def __init__(self, port: int, most: int) -> None:
        super().__init__(f"there is no port {port}", f"give a port up to {most}, or 0 for any free port")


class HostNotAnAddress(LauncherError):
    """The server listens on IP addresses only; a name may stand for several."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"--host {host!r} is not an IP address",
            "give an address such as 127.0.0.1 or ::1, or 0.0.0.0 for all addresses",
        )


class PortTaken(LauncherError):
    """Another program listens on the port, or the host is not an address of this machine."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"cannot listen on {host}:{port} ({reason})", "stop the program that uses the port, or give another --port"
        )


class NotAUri(LauncherError):
    """The text given for a server is not a URI of such a server."""

    def __init__(self, option: str, given: str, server: str, example: str) -> None:
        super().__init__(f"{option} {given!r} is not a URI of {server}", f"give a URI such as {example}")


class BinaryMissing(LauncherError):
    """A server was not given by URI, and it is neither on PATH nor in a Python package."""

    def __init__(self, binary: str, option: str) -> None:
        super().__init__(
            f"the program {binary} was not found", f"run `make setup`, put {binary} on PATH, or give {option}"
        )


class ServerUnreachable(LauncherError):
    """A server that was given by URI does not answer."""

    def __init__(self, option: str, reason: str) -> None:
        super().__init__(f"the server of {option} does not answer ({reason})", f"start the server, or correct {option}")


class ReplicaSetNotFormed(LauncherError):
    """The launcher's mongod listens, but it did not become a primary that accepts commands."""

    def __init__(self, reason: str, log_file: Path) -> None:
        super().__init__(f"mongodb did not get ready for commands ({reason})", f"see {log_file}")


class SecretsMismatch(LauncherError):
    """The database in the folder does not accept the password in the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"the database in {folder} does not accept the password in its secrets.json",
            "restore the secrets.json that belongs to the database, or give another --data-dir",
        )


class ChildEndedEarly(LauncherError):
    """A child ended before it was ready."""

    def __init__(self, name: str, ending: str, log_file: Path, last_line: str) -> None:
        with_output = f", its last line: {last_line}" if last_line else ""
        super().__init__(f"{name} {ending} while starting{with_output}", f"see {log_file}")


class ChildNotReady(LauncherError):
    """A child runs but did not become ready in time."""

    def __init__(self, name: str, timeout_s: float, log_file: Path) -> None:
        super().__init__(f"{name} was not ready within {timeout_s:g} s", f"see {log_file}")


class ChildKeepsDying(LauncherError):
    """A child died more often than it may be restarted."""

    def __init__(self, name: str, restarts: int, window_s: float, log_file: Path) -> None:
        super().__init__(f"{name} died again after {restarts} restarts within {window_s:g} s", f"see {log_file}")


def from_os_error(error: OSError, folder: Path, needed_bytes: int) -> LauncherError:
    """Returns the launcher's error for an operating system error while writing into the data folder."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(folder, 0, needed_bytes)
    return FolderUnwritable(folder, error.strerror or str(error))
