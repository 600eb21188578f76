"""Opens and locks the folder with all data of an embedded instance.

`refunds up` opens the folder before it does anything else and closes it at the very end. A folder that the product did
not create is never changed.
"""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from refunds.cli.client.data_folder import DataFolder
from refunds_embedded.launcher.instance.errors import DiskFull, FolderInUse, FolderNotOurs, from_os_error
from refunds_embedded.launcher.instance.settings import LauncherSettings

FORMAT = 1
MARKER = "refunds-folder.json"


@contextlib.contextmanager
def opened(root: Path, settings: LauncherSettings) -> Iterator[DataFolder]:
    """Creates or checks the folder, locks it, and yields it. Raises LauncherError if it cannot be used."""
    root = root.absolute()
    folder = DataFolder(root)
    try:
        _make_or_recognise(root)
        lock = _locked(root)
        try:
            _lay_out(folder, settings)
        except BaseException:
            os.close(lock)
            raise
    except OSError as error:
        raise from_os_error(error, root, settings.free_bytes_min) from error
    try:
        yield folder
    finally:
        os.close(lock)


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner can read. The file is complete or absent, even after a power failure."""
    temporary = path.with_name(f".{path.name}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _make_or_recognise(root: Path) -> None:
    if root.exists() and not root.is_dir():
        raise FolderNotOurs(root, "it is a file")
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker = root / MARKER
    if marker.exists():
        _check_format(root, marker.read_text(encoding="utf-8"))
    elif foreign := sorted(p.name for p in root.iterdir() if p.name != f".{MARKER}.tmp"):
        raise FolderNotOurs(root, f"it holds {foreign[0]}")
    else:
        write_private(marker, json.dumps({"format": FORMAT}))
    root.chmod(0o700)


def _check_format(root: Path, text: str) -> None:
    try:
        found = json.loads(text)["format"]
    except (ValueError, KeyError, TypeError):
        raise FolderNotOurs(root, f"{MARKER} is not readable") from None
    if found != FORMAT:
        raise FolderNotOurs(root, f"its format is {found}, not {FORMAT}")


def _locked(root: Path) -> int:
    """Locks the folder and returns the lock's file descriptor. Raises FolderInUse if another launcher has the lock.

    The kernel ends the lock when this process ends, even after a crash.
    """
    descriptor = os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 32).decode(errors="replace").strip()
        os.close(descriptor)
        raise FolderInUse(root, holder or "unknown") from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def _lay_out(folder: DataFolder, settings: LauncherSettings) -> None:
    free_bytes = shutil.disk_usage(folder.root).free
    if free_bytes < settings.free_bytes_min:
        raise DiskFull(folder.root, free_bytes, settings.free_bytes_min)
    logs = folder.root / "logs"
    for part in (folder.mongodb, folder.redis, folder.sandbox, folder.anchors, logs):
        part.mkdir(mode=0o700, exist_ok=True)
    for log in logs.glob("*.log"):
        if log.stat().st_size > settings.log_bytes_max:
            log.replace(log.with_suffix(".log.1"))
