"""Checks out an earlier version into a git worktree of its own and installs its environment there."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from bench.errors import VersionMissing

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "bench"


def checked_out(commit: str, say: Callable[[str], None]) -> Path:
    """Returns the folder of the version, which later calls find in the cache. Raises VersionMissing on a failure."""
    name = _output("git", "rev-parse", "--short=8", "--verify", f"{commit}^{{commit}}")
    folder = CACHE / name
    if not (folder / "Makefile").exists():
        say(f"checking out {name}")
        _output("git", "worktree", "prune")
        _output("git", "worktree", "add", "--detach", "--force", str(folder), name)
    say(f"make setup of {name}; the first time takes a minute or two")
    _output("make", "setup", cwd=folder)
    return folder


def _output(*command: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise VersionMissing(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout.strip()
