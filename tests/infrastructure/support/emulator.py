"""The emulator in a child process, for tests that apply something to it; asks it over HTTP only."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

import boto3
from botocore.client import BaseClient
from botocore.config import Config

HOME_REGION, REPLICA_REGION, GLOBAL_REGION = "eu-west-1", "eu-central-1", "us-east-1"
ACCOUNT_ID = "123456789012"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulator:
    """A running emulator; `log` holds what it could not answer, `calls` every signed request as a line of JSON."""

    endpoint: str
    pid: int
    log: Path
    calls: Path

    def client(self, service: str, region: str = HOME_REGION) -> BaseClient:
        """A boto3 client that talks to this emulator, never to AWS."""
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id="emulator",
            aws_secret_access_key="emulator",
            config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def forget(self) -> None:
        """Begin anew."""
        request = urllib.request.Request(f"{self.endpoint}/moto-api/reset", method="POST")
        urllib.request.urlopen(request, timeout=START_TIMEOUT_S).close()


@contextmanager
def running_emulator(folder: Path) -> Iterator[Emulator]:
    """Start an emulator that remembers nothing, and stop it."""
    ready_file, log, calls = folder / "ready.json", folder / "emulator.log", folder / "calls.jsonl"
    files = ["--ready-file", str(ready_file), "--calls-file", str(calls)]
    command = [sys.executable, "-m", "tests.infrastructure.emulator", *files]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--until-stdin-closes"], stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_ready(process, ready_file, log)
        ready = json.loads(ready_file.read_text(encoding="utf-8"))
        yield Emulator(endpoint=ready["endpoint"], pid=ready["pid"], log=log, calls=calls)
    finally:
        process.terminate()
        process.wait(STOP_TIMEOUT_S)


def _wait_until_ready(process: "subprocess.Popen[bytes]", ready_file: Path, log: Path) -> None:
    end = perf_counter() + START_TIMEOUT_S
    while not ready_file.exists():
        if process.poll() is not None or perf_counter() > end:
            raise AssertionError(f"the emulator did not start:\n{log.read_text(encoding='utf-8')[-4000:]}")
        sleep(POLL_S)
