"""The launcher's own redis-server: its configuration file, command line and address.

`refunds up` and the test servers use it. It stores only hints and caches, so by default it writes nothing to disk, and
no damaged file can prevent its start.
"""

from pathlib import Path

from refunds_embedded.launcher.instance.data_dir import write_private
from refunds_embedded.launcher.instance.ports import LOOPBACK
from refunds_embedded.launcher.instance.settings import LauncherSettings


def configure(folder: Path, port: int, password: str | None, settings: LauncherSettings) -> Path:
    """Writes the configuration file, which contains the password: a command line would show it."""
    lines = [
        f"bind {LOOPBACK}",
        f"port {port}",
        f'dir "{folder}"',
        'save ""',
        f"appendonly {'yes' if settings.redis_append_only else 'no'}",
        f"maxmemory {settings.redis_memory_mb}mb",
        "maxmemory-policy volatile-lru",
        "daemonize no",
    ]
    if password:
        lines.append(f"requirepass {password}")
    path = folder / "redis.conf"
    write_private(path, "\n".join(lines) + "\n")
    return path


def command(binary: Path, configuration: Path) -> tuple[str, ...]:
    """Returns the command line of the server."""
    return (str(binary), str(configuration))


def uri(port: int, password: str | None = None) -> str:
    """Returns the address; the password must consist of URL-safe characters."""
    return f"redis://:{password}@{LOOPBACK}:{port}/0" if password else f"redis://{LOOPBACK}:{port}/0"
