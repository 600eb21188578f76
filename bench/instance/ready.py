"""Reads the ready file, in which a running instance publishes its addresses. `refunds up` writes the file.

Only instances on loopback addresses are accepted.
"""

from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from pymongo.uri_parser import parse_uri

from bench.load.plan import check_loopback


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One of the five services of the instance."""

    pid: int
    url: str


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What the benchmarks need to know about a running instance.

    `children` has the ids of the instance's processes by name.
    """

    url: str
    sandbox_url: str
    mongodb_uri: str
    pid: int
    services: dict[str, Service]
    issuer_key_file: str
    children: dict[str, int] = {}


def read_ready(file: Path) -> Ready:
    """Reads the ready file. Raises NotLoopback if one of the addresses is on another machine."""
    ready = msgspec.json.decode(file.read_bytes(), type=Ready)
    for url in (ready.url, ready.sandbox_url):
        check_loopback(address_of(url)[0])
    return ready


def check_mongodb(uri: str) -> None:
    """Raises NotLoopback if any of the database's servers is on another machine."""
    for host, _port in parse_uri(uri)["nodelist"]:
        check_loopback("127.0.0.1" if host == "localhost" else host)


def address_of(url: str) -> tuple[str, int]:
    """Returns the host and port of a URL. `localhost` is returned as 127.0.0.1."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return ("127.0.0.1" if host == "localhost" else host, parts.port or 80)
