"""Installs the naive SQL endpoint's packages in a separate environment below .cache/, never in the product's."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bench.errors import StartFailed

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements" / "bench.txt"
FOLDER = ROOT / ".cache" / "bench" / "sql-venv"


def python(say: Callable[[str], None]) -> Path:
    """Its interpreter; installs what requirements/bench.txt names where that has changed. Raises StartFailed."""
    stamp, wanted = FOLDER / "stamp", hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    program = FOLDER / "bin" / "python"
    if stamp.exists() and stamp.read_text() == wanted:
        return program
    say("installing what the naive SQL endpoint needs into .cache/bench/sql-venv")
    _run(sys.executable, "-m", "venv", "--clear", str(FOLDER))
    pip = (str(program), "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-cache-dir", "install", "-qq")
    _run(*pip, "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(REQUIREMENTS))
    stamp.write_text(wanted)
    return program


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StartFailed(f"{' '.join(command[:4])}: {done.stderr.strip()[-600:]}")
