"""Stands for the public API in tests of the command line: answers as a test orders, keeps what was asked.

A test hands in one function from a request to an answer; the server runs in a thread of its own, since every command
runs its own event loop.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any

    @property
    def route(self) -> str:
        """As "GET /v1/refunds"."""
        return f"{self.method} {self.path}"

    @property
    def key(self) -> str:
        """The Idempotency-Key."""
        return self.headers.get("idempotency-key", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeAnswer:
    """One answer. Status 0 hangs up without one."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


Answering = Callable[[Asked], FakeAnswer]


@dataclass(slots=True)
class FakeApi:
    """Where it listens, and what it was asked so far."""

    url: str
    asked: list[Asked] = field(default_factory=list)


def problem(status: int, code: str, detail: str = "", pointer: str = "", **headers: str) -> FakeAnswer:
    """A problem document."""
    errors = [{"pointer": pointer, "code": code, "detail": detail}] if pointer else []
    body = {"title": code, "status": status, "code": code, "detail": detail, "errors": errors, "request_id": "req_1"}
    return FakeAnswer(
        status=status, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@contextmanager
def fake_api(answering: Answering) -> Iterator[FakeApi]:
    """A running fake on a free loopback port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer leaves as one piece

        def _answer(self) -> None:
            place = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            asked = Asked(
                method=self.command,
                path=place.path,
                query=dict(parse_qsl(place.query)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=json.loads(raw) if raw else None,
            )
            fake.asked.append(asked)
            answer = answering(asked)
            if answer.status == 0:
                self.close_connection = True
                return
            body = json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815 - the names that the base class looks for

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake = FakeApi(url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
