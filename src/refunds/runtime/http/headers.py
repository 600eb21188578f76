"""Checks headers by RFC 9110 and RFC 9112.

The module knows which headers may have only one value and which headers are lists. It also reads the tags of
`If-Match`. The web calls this module for every request. Handlers that change something with a version also call this
module.
"""

import re
from collections.abc import Iterable, Sequence

from refunds.runtime.http.problems import INVALID_HEADER, Problem, problem
from refunds.texts.requests import header_facts as facts

TAGS_MAX = 100

_HOST = b"host"
_ONE_VALUE = {
    b"idempotency-key": "Idempotency-Key",
    b"authorization": "Authorization",
    b"content-type": "Content-Type",
}
_LISTS = (b"if-match", b"content-encoding", b"accept")
_TAG = re.compile(rb'[ \t]*(?:(?P<weak>W/)?"(?P<tag>[\x21\x23-\x7e\x80-\xff]*)"[ \t]*)?(?:,|$)')
_VERSION = re.compile(rb"0|[1-9][0-9]{0,17}")


def check_headers(given: Iterable[tuple[bytes, bytes]], headers: dict[bytes, bytes], http_version: str) -> None:
    """Checks the headers and joins the lines of each header that is a list.

    `given` contains the header lines, and `headers` contains the headers by name. Raises a problem 400 if an HTTP/1.1
    request has no Host header, or if a request has two Host headers. The server passes an absent Host header as an
    empty one. An http URI cannot have an empty host either (RFC 9110, 4.2.1). Also raises a problem 400 if a header
    that may have one value has several, because it is unknown which value is meant.
    """
    lines = given if isinstance(given, list) else list(given)
    if len(headers) != len(lines):
        headers |= _joined(lines)
    if not headers.get(_HOST) and http_version == "1.1":
        raise problem(INVALID_HEADER, facts.HostMissing())


def _joined(given: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    if sum(name == _HOST for name, _ in given) > 1:
        raise problem(INVALID_HEADER, facts.HeaderRepeated(header="Host"))
    for name, shown in _ONE_VALUE.items():
        if len(set(_values(given, name))) > 1:
            raise problem(INVALID_HEADER, facts.HeaderRepeated(header=shown))
    return {name: b", ".join(values) for name in _LISTS if (values := list(_values(given, name)))}


def _values(given: Iterable[tuple[bytes, bytes]], name: bytes) -> Iterable[bytes]:
    return (value for known, value in given if known == name)


def versions_in(if_match: bytes) -> frozenset[int] | None:
    """Returns the versions in the header `If-Match`, or None for `*`.

    Raises a problem 400 if the header is not a list of tags. The comparison is strong, so a weak or unknown tag matches
    no version.
    """
    text = if_match.strip(b" \t")
    if text == b"*":
        return None
    found, place, count = set(), 0, 0
    while place < len(text):
        match = _TAG.match(text, place)
        if match is None:
            raise _no_tags()
        place = match.end()
        tag = match["tag"]
        count += tag is not None
        if tag is not None and not match["weak"] and _VERSION.fullmatch(tag):
            found.add(int(tag))
    if not 1 <= count <= TAGS_MAX:
        raise _no_tags()
    return frozenset(found)


def _no_tags() -> Problem:
    return problem(INVALID_HEADER, facts.EtagsMalformed(tags_max=TAGS_MAX))
