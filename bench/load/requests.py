"""Builds the bytes of requests. The benchmarks call this module before they measure, never while they measure."""

from collections.abc import Mapping

import msgspec


def request_bytes(method: str, path: str, *, headers: Mapping[str, str], body: object | None = None) -> bytes:
    """Returns the bytes of one HTTP/1.1 request. `body` is encoded as JSON."""
    encoded = b"" if body is None else msgspec.json.encode(body)
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(encoded)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + encoded
