"""Ends a process when its parent ends, even if the parent is killed with SIGKILL.

The launcher calls this module in every child. A service that starts workers calls this module in each worker. On
systems other than Linux, the module does nothing.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)
EXIT_ORPHANED = 125

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent_pid: int) -> None:
    """Makes the kernel kill this process when the thread that started this process ends."""
    if _LIBC is None:
        return
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # it ended before the signal was set
        os._exit(EXIT_ORPHANED)
