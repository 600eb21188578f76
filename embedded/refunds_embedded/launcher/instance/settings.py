"""Defines the limits of the launcher. They are read once, at the start, from variables REFUNDS_LAUNCHER_*."""

from dataclasses import dataclass

MIB = 1024 * 1024
PREFIX = "REFUNDS_LAUNCHER_"


@dataclass(frozen=True, slots=True, kw_only=True)
class LauncherSettings:
    """Sizes, time limits and counts of the launcher. The defaults suit a laptop."""

    mongodb_cache_gb: float = 1.0
    """Size of mongod's cache. Without this setting, mongod would use half of the memory."""
    mongodb_oplog_mb: int = 1024
    """Size of mongod's operation log. The setting takes effect only in a new folder."""
    redis_memory_mb: int = 256
    """Maximum memory that Redis uses."""
    redis_append_only: bool = False
    """If True, Redis writes its data to disk. Redis contains only hints and caches."""
    free_bytes_min: int = 512 * MIB
    """Minimum free disk space. With less free space, nothing is started."""
    log_bytes_max: int = 10 * MIB
    """Maximum size of each process's log file. The size is checked at every start, and one older file is kept."""

    start_timeout_s: float = 60.0
    """Maximum time that one process may take to start."""
    probe_every_s: float = 0.02
    """Pause between two checks that test whether a process is ready."""
    server_answer_timeout_s: float = 5.0
    """Longest wait for the answer of a server that was given by URI."""

    drain_service_s: float = 32.0
    """Time that a service has to stop before it is killed. A service needs less time than this."""
    drain_sandbox_s: float = 5.0
    """Time that the sandbox gateway has to stop before it is killed."""
    drain_redis_s: float = 5.0
    """Time that Redis has to stop before it is killed."""
    drain_mongodb_s: float = 30.0
    """Time that mongod has to stop before it is killed."""

    restarts_max: int = 5
    """Maximum number of restarts of one process within `restart_window_s`. If it ends once more, everything stops."""
    restart_window_s: float = 60.0
    """Length of the period in which `restarts_max` counts restarts."""
    backoff_first_s: float = 0.2
    """Pause before the first restart. The pause doubles with each further restart within `restart_window_s`."""
    backoff_max_s: float = 5.0
    """Longest pause before a restart."""
