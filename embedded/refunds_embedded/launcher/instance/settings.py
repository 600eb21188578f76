"""The launcher's limits, read from REFUNDS_LAUNCHER_* once at its start."""

from dataclasses import dataclass

MIB = 1024 * 1024
PREFIX = "REFUNDS_LAUNCHER_"


@dataclass(frozen=True, slots=True, kw_only=True)
class LauncherSettings:
    """Sizes, time limits and counts; every default suits a laptop."""

    mongodb_cache_gb: float = 1.0  # mongod's own default would be half of the memory
    mongodb_oplog_mb: int = 1024  # counts only when the folder is new
    redis_memory_mb: int = 256
    redis_append_only: bool = False  # Redis holds hints and caches only: nothing to keep
    free_bytes_min: int = 512 * MIB
    log_bytes_max: int = 10 * MIB  # per child; looked at on every start, one older file is kept

    start_timeout_s: float = 60.0
    probe_every_s: float = 0.02
    server_answer_timeout_s: float = 5.0  # of a server given by URI

    drain_service_s: float = 32.0  # more than a service takes at most (its `stop_within_s`)
    drain_sandbox_s: float = 5.0
    drain_redis_s: float = 5.0
    drain_mongodb_s: float = 30.0

    restarts_max: int = 5  # per child within the window
    restart_window_s: float = 60.0
    backoff_first_s: float = 0.2  # doubles with each restart within the window
    backoff_max_s: float = 5.0
