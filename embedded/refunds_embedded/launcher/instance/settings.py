"""The launcher's limits, read from REFUNDS_LAUNCHER_* once at its start."""

from dataclasses import dataclass

MIB = 1024 * 1024
PREFIX = "REFUNDS_LAUNCHER_"


@dataclass(frozen=True, slots=True, kw_only=True)
class LauncherSettings:
    """Sizes, time limits and counts; the defaults suit a laptop."""

    mongodb_cache_gb: float = 1.0
    """Cache of mongod; its own default would be half of the memory."""
    mongodb_oplog_mb: int = 1024
    """Size of mongod's operation log; used only for a new folder."""
    redis_memory_mb: int = 256
    """Memory of Redis."""
    redis_append_only: bool = False
    """Whether Redis writes to disk; it contains only hints and caches."""
    free_bytes_min: int = 512 * MIB
    """Free disk space below which nothing is started."""
    log_bytes_max: int = 10 * MIB
    """Maximum size of each process's log file, checked at every start; one older file is kept."""

    start_timeout_s: float = 60.0
    """Longest start of one process."""
    probe_every_s: float = 0.02
    """Pause between two checks whether a process is ready."""
    server_answer_timeout_s: float = 5.0
    """Longest wait for the answer of a server that was given by URI."""

    drain_service_s: float = 32.0
    """Time for a service to stop; longer than a service needs at most."""
    drain_sandbox_s: float = 5.0
    """Time for the sandbox gateway to stop."""
    drain_redis_s: float = 5.0
    """Time for Redis to stop."""
    drain_mongodb_s: float = 30.0
    """Time for mongod to stop."""

    restarts_max: int = 5
    """Maximum number of restarts of one process within the window; after that, everything stops."""
    restart_window_s: float = 60.0
    """Length of the window for restarts."""
    backoff_first_s: float = 0.2
    """Pause before the first restart; it doubles with each further restart within the window."""
    backoff_max_s: float = 5.0
    """Longest pause before a restart."""
