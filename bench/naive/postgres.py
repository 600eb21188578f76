"""Runs PostgreSQL in a temporary folder with its usual durable settings, if Debian's package is installed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from bench.errors import StartFailed

START_S_MAX = 60.0
_USER = "postgres"
_STEP_S = 0.05
_TABLES = """
CREATE TABLE payments (id text PRIMARY KEY, currency text NOT NULL, captured_amount bigint NOT NULL,
  reserved_amount bigint NOT NULL, CHECK (reserved_amount <= captured_amount));
CREATE TABLE refunds (id bigserial PRIMARY KEY, payment_id text NOT NULL REFERENCES payments,
  idempotency_key text NOT NULL, amount bigint NOT NULL, status text NOT NULL, reason text NOT NULL,
  UNIQUE (payment_id, idempotency_key));
INSERT INTO payments SELECT 'pay_naive' || to_char(n, 'FM00000000'), 'USD', 500000, 0
  FROM generate_series(0, {last}) n;
"""


def programs() -> Path | None:
    """Returns the folder of the newest PostgreSQL's programs, or None if PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda file: int(file.parts[-3]))
    if found:
        return found[-1].parent
    config = shutil.which("pg_config")
    if config is None:
        return None
    folder = Path(subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
    return folder if (folder / "postgres").exists() else None


@contextmanager
def postgres(bin_folder: Path, folder: Path, port: int, payments: int) -> Iterator[int]:
    """Runs a server with `payments` payments while the context lasts, and yields its process id."""
    user = _USER if os.geteuid() == 0 else None
    folder.mkdir()
    if user:
        shutil.chown(folder, user)
        folder.parent.chmod(0o755)
    data = folder / "data"
    _run([bin_folder / "initdb", "-D", data, "-U", _USER, "--auth", "trust", "--encoding", "UTF8"], user)
    options = ["-D", str(data), "-p", str(port), "-k", str(folder), "-c", "listen_addresses=127.0.0.1"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([str(bin_folder / "postgres"), *options], stdout=log, stderr=log, user=user, cwd="/")
    try:
        latest_s = perf_counter() + START_S_MAX
        ready = [str(bin_folder / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        while subprocess.run(ready, check=False).returncode:
            if server.poll() is not None or perf_counter() > latest_s:
                raise StartFailed(f"PostgreSQL did not start: {(folder / 'log').read_text()[-600:]}")
            sleep(_STEP_S)
        sql = _TABLES.format(last=payments - 1)
        _run([bin_folder / "psql", "-q", "-h", "127.0.0.1", "-p", str(port), "-U", _USER, "-c", sql], user)
        yield server.pid
    finally:
        server.terminate()
        server.wait(START_S_MAX)


def _run(command: list[Path | str], user: str | None) -> None:
    done = subprocess.run(
        [str(word) for word in command], user=user, cwd="/", capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StartFailed(f"{command[0]}: {done.stderr.strip()[-600:]}")
