"""Sends a response, either whole or in parts. Each part has a time limit. The web calls this module."""

import asyncio

from refunds.runtime.http.asgi import Send
from refunds.runtime.http.endpoint import Answer, HeaderPairs

PART_WITHIN_S = 30.0
"""If a caller does not take a part of an answer within this many seconds, the connection is closed."""

NO_CONTENT = 204
"""The status of an answer that has neither a length nor a type (RFC 9110, 8.6 and 15.3.5)."""

NOSNIFF = (b"x-content-type-options", b"nosniff")
NO_STORE = (b"cache-control", b"no-store")


async def send_answer(
    answer: Answer, request_id: str, also: HeaderPairs, send: Send, *, part_within_s: float = PART_WITHIN_S
) -> None:
    """Sends the answer and returns when the last part is sent.

    Raises TimeoutError if the client does not read a part in time.
    """
    headers = [(b"x-request-id", request_id.encode()), NOSNIFF, *answer.headers, *also]
    if answer.is_private:
        headers.append(NO_STORE)
    if answer.status != NO_CONTENT:
        headers.append((b"content-type", answer.media_type))
    if answer.stream is None and answer.status != NO_CONTENT:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.stream is not None:
        try:
            async for part in answer.stream:
                async with asyncio.timeout(part_within_s):
                    await send({"type": "http.response.body", "body": part, "more_body": True})
        finally:
            await answer.stream.aclose()
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
