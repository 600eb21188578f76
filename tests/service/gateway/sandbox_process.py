"""Runs a sandbox gateway as the process that it is, and takes its webhooks; for service tests."""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from standardwebhooks import Webhook

from refunds_embedded.launcher.instance.ports import free_ports

SECRET = "whsec_c2FuZGJveC10ZXN0LXNlY3JldA=="
TIMEOUT_S = 20
POLLS_MAX = 5_000
STARTS_MAX, PORT_TAKEN = 3, "Address already in use"

Json = dict[str, Any]


def free_port() -> int:
    """A loopback port that nobody listens on."""
    (port,) = free_ports(1)
    return port


class WebhookReceiver:
    """Takes webhooks, checks their signatures, and answers the given statuses first, then 204."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = list(statuses)
        self._received: queue.Queue[Json] = queue.Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the sandbox sends webhooks to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/webhooks/sandbox"

    def next(self) -> Json:
        """The next webhook, in the order of arrival, waited for."""
        return self._received.get(timeout=TIMEOUT_S)

    def is_empty(self) -> bool:
        """Whether no webhook arrived that was not taken yet."""
        return self._received.empty()

    def close(self) -> None:
        """Stop taking webhooks."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                event = Webhook(SECRET).verify(body, dict(self.headers))
                assert event["id"] == self.headers["webhook-id"]
                status = receiver._statuses.pop(0) if receiver._statuses else 204
                receiver._received.put(event)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        return Handler


@dataclass
class Sandbox:
    """A running sandbox gateway and a client to it."""

    process: "subprocess.Popen[str]"
    url: str
    client: httpx.Client
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(64))

    def refund(self, reference: str, amount: int = 60, **fields: Any) -> httpx.Response:
        """Ask for a refund on a captured 100 of `payment` (gp_1)."""
        payment = fields.pop("payment", "gp_1")
        body = {"reference": reference, "amount": amount, "currency": "USD"}
        return self.client.post(
            f"/payments/{payment}/refunds",
            json={**body, "captured_amount": 100, **fields},
            headers={"Idempotency-Key": reference},
        )

    def begin_refund(self, reference: str, **fields: str) -> "Future[httpx.Response]":
        """Ask for a refund of 60, and return once its answer is held."""
        before = self.metric("sandbox_answers_held")
        answer = self.threads.submit(self.refund, reference, **fields)
        self.wait_for_metric("sandbox_answers_held", before + 1)
        return answer

    def ask(self, reference: str) -> httpx.Response:
        """Ask what became of a refund."""
        return self.client.get("/refunds", params={"reference": reference})

    def books(self, payment: str = "gp_1") -> Json:
        """What moved on a payment."""
        return dict(self.client.get(f"/books/{quote(payment, safe='')}").json())

    def advance(self, seconds: float) -> None:
        """Set the sandbox's clock forward."""
        assert self.client.post("/clock/advance", json={"seconds": seconds}).status_code == 200

    def metric(self, name: str) -> int:
        """The value of a metric without labels."""
        lines = self.client.get("/metrics").text.splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith(name + " ")))

    def wait_for_metric(self, name: str, value: int) -> None:
        """Ask until the metric has this value."""
        for _ in range(POLLS_MAX):
            if self.metric(name) == value:
                return
        raise AssertionError(f"{name} is {self.metric(name)}, not {value}")

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self.process.kill()
        self.process.wait(TIMEOUT_S)

    def stop(self) -> int:
        """End it in order; returns its exit code."""
        self.process.terminate()
        return self.process.wait(TIMEOUT_S)


def spawn(folder: Path, port: int, **settings: str) -> "subprocess.Popen[str]":
    """Start the process; its output is for the test to read."""
    environ = {
        "REFUNDS_SANDBOX_DATA_DIR": str(folder),
        "REFUNDS_SANDBOX_PORT": str(port),
        **{f"REFUNDS_SANDBOX_{name}": value for name, value in settings.items()},
    }
    return subprocess.Popen(
        [sys.executable, "-m", "refunds_embedded.sandbox.main"],
        env={**os.environ, **environ},
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(folder: Path, **settings: str) -> Generator[Sandbox]:
    """A sandbox gateway with an hour's delay, ready to be asked; stopped at the end."""
    process, port = _started(folder, {"DELAY_MS": "3600000", "FLUSH_GAP_MS": "0", **settings})
    url = f"http://127.0.0.1:{port}"
    try:
        transport = httpx.HTTPTransport(retries=5)
        with httpx.Client(base_url=url, timeout=TIMEOUT_S, transport=transport) as client:
            yield Sandbox(process=process, url=url, client=client)
    finally:
        process.terminate()
        process.wait(TIMEOUT_S)
        if process.stderr is not None:
            process.stderr.close()


@contextmanager
def webhooks_to(*statuses: int) -> Generator[WebhookReceiver]:
    """A webhook receiver for as long as the block runs."""
    receiver = WebhookReceiver(*statuses)
    try:
        yield receiver
    finally:
        receiver.close()


def with_webhooks(receiver: WebhookReceiver) -> dict[str, str]:
    """The settings that send webhooks to a receiver."""
    return {
        "WEBHOOK_URL": receiver.url,
        "WEBHOOK_SECRET": SECRET,
        "WEBHOOK_BACKOFF_MIN_MS": "1",
        "WEBHOOK_BACKOFF_MAX_MS": "10",
    }


def _started(folder: Path, settings: dict[str, str]) -> "tuple[subprocess.Popen[str], int]":
    """A process that serves, and its port: another one if somebody took the free port before the process did."""
    for _ in range(STARTS_MAX):
        port = free_port()
        process = spawn(folder, port, **settings)
        output = _until_served(process)
        if output is None:
            return process, port
        if PORT_TAKEN not in output:
            break
    raise AssertionError(f"the sandbox did not start: {output}")


def _until_served(process: "subprocess.Popen[str]") -> str | None:
    """None once it serves; its output if it has ended before."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        if "sandbox.serving" in line:
            return None
        lines.append(line)
    process.wait(TIMEOUT_S)
    process.stderr.close()
    return "".join(lines)
