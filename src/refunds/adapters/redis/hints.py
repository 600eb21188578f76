"""Sends hints between processes by Redis Streams.

Each kind of hint has one stream of limited length and one consumer group. A hint is acknowledged when it is received.
If the receiver then dies, the sweep finds the work later. Published hints wait in a limited buffer and are sent in
groups. While Redis is unreachable, hints are dropped at once.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from refunds.kit.lossy_batcher import LossyBatcher
from refunds.ports.gateway.hints import Hint, HintKind

GROUP = "workers"
CONSUMER = "any"
"""All processes share this name, because Redis keeps the names of ended processes. Received hints are never pending."""

STREAM_LENGTH_MAX = 50_000
BUFFER_MAX = 20_000
PIPELINE_MAX = 500
AWAY_WAIT_S = 0.5


class RedisHints:
    """See `ports.gateway.hints`."""

    def __init__(self, redis: Redis, *, idle_s: float = 1.0, stream_length_max: int = STREAM_LENGTH_MAX) -> None:
        self._redis = redis
        self._idle_ms = int(idle_s * 1000)
        self._stream_length_max = stream_length_max
        self._sender: LossyBatcher[Hint] = LossyBatcher(
            send=self._add,
            away_errors=(RedisError, OSError),
            buffer_max=BUFFER_MAX,
            group_max=PIPELINE_MAX,
            away_wait_s=AWAY_WAIT_S,
        )

    @property
    def waiting_count(self) -> int:
        """Returns the number of published hints that still wait in the buffer."""
        return self._sender.waiting_count

    def publish(self, hint: Hint) -> None:
        """See the port."""
        self._sender.add(hint)

    async def _add(self, batch: Sequence[Hint]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for hint in batch:
            fields: Any = {"payment_id": hint.payment_id, "refund_id": hint.refund_id}
            if hint.merchant_id:
                fields |= {"merchant_id": hint.merchant_id, "gateway": hint.gateway}
            pipeline.xadd(_stream(hint.kind), fields, maxlen=self._stream_length_max, approximate=True)
        await pipeline.execute()

    async def take(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """See `ports.gateway.hints`. If the stream or its group is missing, creates it again and returns no hints.

        Skips entries that are not hints.
        """
        stream = _stream(kind)
        try:
            answer: Any = await self._redis.xreadgroup(
                GROUP, CONSUMER, {stream: ">"}, count=hints_max, block=self._idle_ms, noack=True
            )
        except ResponseError:
            await self._make_group(stream)
            return ()
        except (RedisError, OSError):
            await asyncio.sleep(AWAY_WAIT_S)
            return ()
        entries = [entry for _, of_stream in (answer or ()) for entry in of_stream]
        hints = (_hint(kind, fields) for _, fields in entries if fields)
        return [hint for hint in hints if hint is not None]

    async def _make_group(self, stream: str) -> None:
        try:
            await self._redis.xgroup_create(stream, GROUP, id="0", mkstream=True)
        except (RedisError, OSError):
            await asyncio.sleep(AWAY_WAIT_S)

    async def close(self) -> None:
        """Sends the waiting hints for a short time, and then closes the connection."""
        await self._sender.close()
        await self._redis.aclose()


def _stream(kind: HintKind) -> str:
    return f"hints:{kind.value}"


def _hint(kind: HintKind, fields: Any) -> Hint | None:
    try:
        return Hint(
            kind=kind,
            payment_id=fields[b"payment_id"].decode(),
            refund_id=fields[b"refund_id"].decode(),
            merchant_id=fields.get(b"merchant_id", b"").decode(),
            gateway=fields.get(b"gateway", b"").decode(),
        )
    except (KeyError, UnicodeDecodeError):
        return None
