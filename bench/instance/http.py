"""A small blocking HTTP client for preparing benchmarks and for reading counters.

The client is never used for the requests that are measured.
"""

from collections.abc import Mapping
from http.client import HTTPConnection

import msgspec

from bench.errors import CallRefused
from bench.instance.ready import address_of
from bench.load.plan import check_loopback

TIMEOUT_S = 30.0
_SHOWN_CHARS_MAX = 600


def call(
    url: str,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: object | None = None,
) -> bytes:
    """Returns the body of a 2xx answer.

    Raises CallRefused for any other answer, and NotLoopback if the URL is on another machine.
    """
    host, port = address_of(url)
    check_loopback(host)
    connection = HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        encoded = None if body is None else msgspec.json.encode(body)
        content = {} if body is None else {"Content-Type": "application/json"}
        connection.request(method, path, body=encoded, headers={**(headers or {}), **content})
        answer = connection.getresponse()
        answered = answer.read()
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        shown = answered.decode(errors="replace")[:_SHOWN_CHARS_MAX]
        raise CallRefused(f"{method} {path}: {answer.status} {shown}")
    return answered


def metrics(url: str) -> dict[str, float]:
    """Returns the samples of a `/metrics` page by their full names, which include the labels."""
    samples: dict[str, float] = {}
    for line in call(url, "GET", "/metrics").decode().splitlines():
        name, _, value = line.rpartition(" ")
        if name and not line.startswith("#"):
            samples[name] = float(value)
    return samples
