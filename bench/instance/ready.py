"""The ready file that `refunds up` writes. Only loopback instances are accepted."""

from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from pymongo.uri_parser import parse_uri

from bench.load.plan import check_loopback


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One of the five services."""

    pid: int
    url: str


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What the benchmarks need of a running instance; `children` are its processes by name."""

    url: str
    sandbox_url: str
    mongodb_uri: str
    pid: int
    services: dict[str, Service]
    issuer_key_file: str
    children: dict[str, int] = {}


def read_ready(file: Path) -> Ready:
    """The instance; NotLoopback where one of its addresses is elsewhere."""
    ready = msgspec.json.decode(file.read_bytes(), type=Ready)
    for url in (ready.url, ready.sandbox_url):
        check_loopback(address_of(url)[0])
    return ready


def check_mongodb(uri: str) -> None:
    """NotLoopback where any of the database's servers is elsewhere."""
    for host, _port in parse_uri(uri)["nodelist"]:
        check_loopback("127.0.0.1" if host == "localhost" else host)


def address_of(url: str) -> tuple[str, int]:
    """Host and port of a URL, `localhost` as the number that it stands for."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return ("127.0.0.1" if host == "localhost" else host, parts.port or 80)
