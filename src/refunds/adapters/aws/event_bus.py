"""Publishes events to EventBridge.

Each call sends up to 10 events, and several calls run at the same time. Events that EventBridge refuses are sent again.

Each event becomes one entry. The entry's source is `brik.refunds`, its detail type is the event's type, and its detail
is the event as JSON.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from aiobotocore.client import AioBaseClient

from refunds.adapters.aws.clients import AWAY_ERRORS
from refunds.ports.projections.event_bus import BusEvent, BusUnavailable

SOURCE = "brik.refunds"
CALL_MAX = 10
"""Maximum number of entries per call. EventBridge's quota sets this limit."""

CALLS_AT_ONCE_MAX = 8
PAUSE_S = 0.1
"""Seconds before refused events are sent again for the first time. Each further pause is twice as long, with jitter."""

_encoder = msgspec.json.Encoder()


class EventBridgeBus:
    """See `ports.projections.event_bus`. An event is sent at most `tries_max` times, including the first time."""

    def __init__(self, events: AioBaseClient, name: str, *, tries_max: int = 3, pause_s: float = PAUSE_S) -> None:
        self._events = events
        self._name = name
        self._tries_max = tries_max
        self._pause_s = pause_s
        self._slots = asyncio.Semaphore(CALLS_AT_ONCE_MAX)

    async def publish(self, events: Sequence[BusEvent]) -> None:
        """See the port."""
        entries = [self._entry(event) for event in events]
        tens = [entries[start : start + CALL_MAX] for start in range(0, len(entries), CALL_MAX)]
        results = await asyncio.gather(*(self._put_all(ten) for ten in tens), return_exceptions=True)
        for result in results:
            if result is not None:
                raise result

    async def _put_all(self, entries: Sequence[Mapping[str, Any]]) -> None:
        pause_s = self._pause_s
        for tries_left in reversed(range(self._tries_max)):
            async with self._slots:
                entries = await self._put(entries)
            if not entries:
                return
            if tries_left:
                await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311 - not a secret
                pause_s *= 2
        raise BusUnavailable

    async def _put(self, entries: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Sends the entries and returns the entries that the bus refused. Raises BusUnavailable if the call fails."""
        try:
            answer = await self._events.put_events(Entries=entries)
        except AWAY_ERRORS as error:
            raise BusUnavailable from error
        if not answer["FailedEntryCount"]:
            return ()
        return [entry for entry, result in zip(entries, answer["Entries"], strict=True) if "ErrorCode" in result]

    def _entry(self, event: BusEvent) -> Mapping[str, Any]:
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": event.type,
            "Time": event.at,
            "Detail": _encoder.encode(event).decode(),
        }
