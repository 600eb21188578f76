"""What `make setup` says while it installs: seldom, and never fewer packages than before."""

import re
import subprocess
from pathlib import Path

SETUP = (Path(__file__).parents[3] / "scripts" / "setup").read_text()
STAND_INS = """
begin=0 wanted=9 looked=0
say() { printf '%s\\n' "$1"; }
date() { echo "$seconds_slept"; }
seconds_slept=0
sleep() { looked=$((looked + 1)); seconds_slept=$((seconds_slept + $1)); [ "$looked" -le 4 ]; }
find() { case "$looked" in 1) seq 3 ;; 2) seq 2 ;; 3) : ;; *) seq 5 ;; esac; }
"""


def test_progress_is_shown_every_five_seconds_and_never_goes_back() -> None:
    loop = re.search(r"^watch\(\) \{.*?^\}", SETUP, re.MULTILINE | re.DOTALL)
    assert loop is not None

    said = subprocess.run(
        ["sh", "-euc", f"{STAND_INS}\n{loop.group()}\nwatch"], capture_output=True, text=True, check=True
    ).stdout

    assert re.findall(r"(\d+) s, (\d+) of 9", said) == [("5", "3"), ("10", "3"), ("15", "3"), ("20", "5")]
