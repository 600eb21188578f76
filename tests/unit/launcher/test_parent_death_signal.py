"""The parent death signal: a process that has it dies with its parent, and one that came too late at once."""

import os
import subprocess
import sys

from refunds_embedded.launcher.supervision import parent_death_signal


def _leashed_to(parent_pid: int) -> int:
    code = f"from {parent_death_signal.__name__} import die_with_parent; die_with_parent({parent_pid})"
    return subprocess.run([sys.executable, "-c", code], check=False).returncode


def test_child_of_a_living_parent_goes_on() -> None:
    assert _leashed_to(os.getpid()) == 0


def test_child_whose_parent_ended_before_ends_at_once() -> None:
    assert _leashed_to(2**22 + 1) == parent_death_signal.EXIT_ORPHANED
