"""Reads the body of a request within the limits of its route. The web calls this module."""

import asyncio
from collections.abc import Mapping

from refunds.runtime.http.asgi import Message, Receive
from refunds.runtime.http.body_budget import BodyBytes
from refunds.runtime.http.endpoint import Endpoint
from refunds.runtime.http.problems import (
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    MALFORMED,
    MEDIA_TYPE_NOT_SUPPORTED,
    Problem,
    problem,
)
from refunds.texts.requests import body_facts, header_facts


def _caller_left() -> Problem:
    return problem(MALFORMED, body_facts.ConnectionEnded())


async def receive_body(
    endpoint: Endpoint, headers: Mapping[bytes, bytes], receive: Receive, counted: BodyBytes
) -> bytes:
    """Returns the whole body of the request.

    `counted` counts the bytes as they arrive. Raises a problem 408 or 413 if the body exceeds the route's limit of time
    or size. Raises a problem 429 if too many bytes are in memory. Raises a problem 415 if the media type is wrong or
    the body is compressed.
    """
    length = headers.get(b"content-length", b"")
    if length.isdigit() and len(length) < 20 and int(length) > endpoint.body_bytes_max:
        raise _too_large(endpoint)
    try:
        async with asyncio.timeout(endpoint.body_within_s):
            body = await _received(endpoint, receive, counted)
    except TimeoutError:
        raise _too_slow(endpoint.body_within_s) from None
    if body or not endpoint.is_body_optional:
        _check_media_type(endpoint, headers)
    return body


async def _received(endpoint: Endpoint, receive: Receive, counted: BodyBytes) -> bytes:
    parts: list[bytes] = []
    size_bytes = 0
    while True:
        message = await _next(receive)
        if message["type"] != "http.request":
            raise _caller_left()
        part: bytes = message.get("body", b"")
        size_bytes += len(part)
        if size_bytes > endpoint.body_bytes_max:
            raise _too_large(endpoint)
        counted.take(len(part))
        if not message.get("more_body", False):
            return part if not parts else b"".join((*parts, part))
        parts.append(part)


async def _next(receive: Receive) -> Message:
    try:
        return await receive()
    except RuntimeError:  # the server could not read on: a malformed chunk or a broken connection
        raise problem(MALFORMED, body_facts.BodyUnreadable()) from None


def _check_media_type(endpoint: Endpoint, headers: Mapping[bytes, bytes]) -> None:
    takes, given = endpoint.takes, headers.get(b"content-type", b"")
    if takes and given not in takes and given.partition(b";")[0].strip().lower() not in takes:
        known = tuple(name.decode() for name in takes)
        raise problem(MEDIA_TYPE_NOT_SUPPORTED, header_facts.MediaTypeUnknown(known=known))
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise problem(MEDIA_TYPE_NOT_SUPPORTED, header_facts.BodyEncoded())


def _too_slow(within_s: float) -> Problem:
    """Returns the problem for a body that came too slowly.

    The connection ends with the answer, because the rest of the body would be read as the next request.
    """
    return problem(BODY_TOO_SLOW, body_facts.BodySlow(within_s=within_s), headers=((b"connection", b"close"),))


def _too_large(endpoint: Endpoint) -> Problem:
    return problem(BODY_TOO_LARGE, body_facts.BodyLarge(bytes_max=endpoint.body_bytes_max))
