"""Makes the configuration file, the command line and the address of the launcher's own redis-server.

`refunds up` and the test servers use this module. Redis stores only hints and caches. So by default it writes nothing
to disk, and no damaged file can prevent its start.
"""

from pathlib import Path

from refunds_embedded.launcher.instance.data_dir import write_private
from refunds_embedded.launcher.instance.ports import LOOPBACK
from refunds_embedded.launcher.instance.settings import LauncherSettings


def configure(folder: Path, port: int, password: str | None, settings: LauncherSettings) -> Path:
    """Writes the configuration file and returns its path.

    The password is in this file because other users could see it in a command line.
    """
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
    """Returns the address of the server. The password must consist of URL-safe characters."""
    return f"redis://:{password}@{LOOPBACK}:{port}/0" if password else f"redis://{LOOPBACK}:{port}/0"
