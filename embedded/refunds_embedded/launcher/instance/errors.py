"""The errors that can end `refunds up` early.

Each error is one line for a person. It names what happened and what to do.

    LauncherError
    ├── FolderInUse          another launcher uses the data folder
    ├── FolderNotOurs        the folder contains something else
    ├── ReadyFileUnusable    the ready file cannot be written, or belongs to another program
    ├── WorkersOutOfRange    there are too many api workers, or several without --split
    ├── FolderUnwritable     the data folder is not writable
    ├── DiskFull             the disk has too little free space
    ├── PortOutOfRange       no port has this number
    ├── HostNotAnAddress     a name was given instead of an IP address
    ├── NotAUri              a text was given that is not a server's URI
    ├── PortTaken            another program uses the port
    ├── BinaryMissing        mongod or redis-server was not found
    ├── ServerUnreachable    a server that was given by URI does not answer
    ├── ReplicaSetNotFormed  the database listens but does not accept commands
    ├── SecretsMismatch      the database does not accept the folder's password
    ├── NotMigrated          the database cannot be brought to this release's schema
    ├── ChildEndedEarly      a child process ended before it was ready
    ├── ChildNotReady        a child process did not become ready in time
    └── ChildKeepsDying      a child process ended more often than it may be restarted
"""

import errno
from pathlib import Path


class LauncherError(Exception):
    """An error that ends `refunds up` early. The message is one line for a person.

    `what` names what happened, and `remedy` names what to do about it.
    """

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
    """The database could not be migrated to the schema of this release."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"the database was not migrated ({why})",
            "look at the log of the migration, then start again: the migration continues where it stopped",
        )


class ReadyFileUnusable(LauncherError):
    """The ready file cannot be written, or another program's file is at its path.

    A running instance publishes its addresses in the ready file.
    """

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be the ready file ({why})", "give another --ready-file")


class WorkersOutOfRange(LauncherError):
    """There are more api workers than one machine can use, or several workers without `--split`."""

    def __init__(self, requested: int, most: int) -> None:
        super().__init__(f"{requested} api workers cannot be run", f"give 1, or up to {most} with --split")


class FolderNotOurs(LauncherError):
    """The data folder has a newer format, or contains something that this launcher did not write."""

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
    """The host is a name. The server accepts only IP addresses, because a name may mean several addresses."""

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
    """The text that was given for a server is not a URI of this kind of server."""

    def __init__(self, option: str, given: str, server: str, example: str) -> None:
        super().__init__(f"{option} {given!r} is not a URI of {server}", f"give a URI such as {example}")


class BinaryMissing(LauncherError):
    """A server was not given by URI, and its program is neither on PATH nor in a Python package."""

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
    """The database in the data folder does not accept the password that is stored in the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"the database in {folder} does not accept the password in its secrets.json",
            "restore the secrets.json that belongs to the database, or give another --data-dir",
        )


class ChildEndedEarly(LauncherError):
    """A child process ended before it was ready."""

    def __init__(self, name: str, ending: str, log_file: Path, last_line: str) -> None:
        with_output = f", its last line: {last_line}" if last_line else ""
        super().__init__(f"{name} {ending} while starting{with_output}", f"see {log_file}")


class ChildNotReady(LauncherError):
    """A child process runs but did not become ready in time."""

    def __init__(self, name: str, timeout_s: float, log_file: Path) -> None:
        super().__init__(f"{name} was not ready within {timeout_s:g} s", f"see {log_file}")


class ChildKeepsDying(LauncherError):
    """A child process ended more often than it may be restarted."""

    def __init__(self, name: str, restarts: int, window_s: float, log_file: Path) -> None:
        super().__init__(f"{name} died again after {restarts} restarts within {window_s:g} s", f"see {log_file}")


def from_os_error(error: OSError, folder: Path, needed_bytes: int) -> LauncherError:
    """Returns the LauncherError for an operating system error that happened in the data folder."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(folder, 0, needed_bytes)
    return FolderUnwritable(folder, error.strerror or str(error))
