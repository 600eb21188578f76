"""Reads the change stream of payments in batches.

Of each version of a payment, only the field `events` (the envelope) is read, and nothing else of the document.

This module sends the database commands of a change stream directly, so that one answer is one batch with one resume
token. The driver's own iterator would cost as much time per event as the rest of the relay. After any error the cursor
is closed, and the next call opens a new cursor at the caller's offset.

After a batch that was not full, the next read waits (see `FeedSettings.pause_s`). So batches are large under load. An
idle stream still answers at once.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo import ReadPreference
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure, PyMongoError

from refunds.adapters.mongo.cluster_time import of_token, to_timestamp
from refunds.adapters.mongo.payments.outbox_codec import EnvelopeUnreadable, decode_envelope
from refunds.adapters.mongo.schema import PAYMENTS
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import StoreUnavailable
from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.projections.feed import FeedBatch, HistoryLost
from refunds.ports.projections.read_models import Position

_LOST = frozenset({136, 222, 260, 280, 286})
"""Error codes of the database after which the stream cannot continue at the offset.

CappedPositionLost, CloseChangeStream, InvalidResumeToken, ChangeStreamFatalError and ChangeStreamHistoryLost.
"""

_CODEC: CodecOptions[Any] = CodecOptions(tz_aware=True, datetime_conversion=DatetimeConversion.DATETIME_AUTO)
"""Returns times in the driver's own UTC, because another zone object is a third slower. No time is unreadable."""

_PIPELINE: list[Document] = [
    {
        "$match": {
            "$or": [
                {"operationType": "insert", "fullDocument.events": {"$exists": True}},
                {"operationType": "replace", "fullDocument.events": {"$exists": True}},
                {
                    "operationType": "update",
                    "updateDescription.updatedFields.events": {"$exists": True},
                },
            ]
        }
    },
    {
        "$project": {
            "documentKey._id": 1,
            "fullDocument.events": 1,
            "updateDescription.updatedFields.events": 1,
        }
    },
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """Limits of one read from the stream. A name that ends in `_s` is in seconds.

    A batch is busy if it has at least `busy_changes_min` changes but is not full. After a busy batch, the next read
    waits `busy_linger_s`, and lists lag by that time. Each batch costs a transaction, so fewer and larger batches leave
    more time for refunds.
    """

    changes_max: int = 2_000
    linger_s: float = 0.2
    busy_linger_s: float = 1.0
    busy_changes_min: int = 50
    wait_s: float = 1.0

    def pause_s(self, changes: int) -> float:
        """Returns how many seconds the next read waits after a batch with this number of changes.

        Returns 0 after an empty batch and after a full batch.
        """
        if not 0 < changes < self.changes_max:
            return 0.0
        return self.busy_linger_s if changes >= self.busy_changes_min else self.linger_s


@dataclass(slots=True)
class _Cursor:
    """An open change stream and its current resume token."""

    session: AsyncClientSession
    id: int
    token: str
    pause_s: float = 0.0


class MongoFeed:
    """See `ports.projections.feed`."""

    def __init__(self, database: AsyncDatabase[Any], settings: FeedSettings | None = None) -> None:
        self._database = database
        self._settings = settings or FeedSettings()
        self._cursor: _Cursor | None = None

    async def take(self, after: Position) -> FeedBatch:
        """See `ports.projections.feed`. Raises HistoryLost, or StoreUnavailable if the database does not answer."""
        try:
            return await self._next(after)
        except OperationFailure as error:
            await self.close()
            if error.code in _LOST:
                raise HistoryLost from error
            raise StoreUnavailable from error
        except PyMongoError as error:
            await self.close()
            raise StoreUnavailable from error

    async def close(self) -> None:
        """Closes the cursor."""
        cursor, self._cursor = self._cursor, None
        if cursor is None:
            return
        try:
            kill = {"killCursors": PAYMENTS, "cursors": [cursor.id]}
            await self._database.command(kill, session=cursor.session)
        except PyMongoError:
            pass
        finally:
            await cursor.session.end_session()

    async def _next(self, after: Position) -> FeedBatch:
        cursor = self._cursor
        if cursor is None or cursor.token != after.token:
            await self.close()
            cursor = self._cursor = await self._open(after)
        elif cursor.pause_s:
            await asyncio.sleep(cursor.pause_s)
        answer = await self._command(
            cursor.session,
            {
                "getMore": cursor.id,
                "collection": PAYMENTS,
                "batchSize": self._settings.changes_max,
                "maxTimeMS": int(self._settings.wait_s * 1000),
            },
        )
        if answer["id"] == 0:
            await self.close()
            raise HistoryLost
        events = answer["nextBatch"]
        cursor.token = answer["postBatchResumeToken"]["_data"]
        cursor.pause_s = self._settings.pause_s(len(events))
        changes, unreadable = _changes_of(events)
        return FeedBatch(
            changes=changes, token=cursor.token, read_to=of_token(cursor.token), unreadable=list(unreadable)
        )

    async def _open(self, after: Position) -> _Cursor:
        begin: Document = (
            {"resumeAfter": {"_data": after.token}}
            if after.token
            else {"startAtOperationTime": to_timestamp(after.start_at)}
        )
        session = self._database.client.start_session(causal_consistency=False)
        answer = await self._command(
            session,
            {
                "aggregate": PAYMENTS,
                "pipeline": [{"$changeStream": begin}, *_PIPELINE],
                "cursor": {"batchSize": 0},
                "readConcern": {"level": "majority"},
            },
        )
        return _Cursor(session=session, id=answer["id"], token=after.token)

    async def _command(self, session: AsyncClientSession, command: Document) -> Mapping[str, Any]:
        answer = await self._database.command(
            command, session=session, codec_options=_CODEC, read_preference=ReadPreference.PRIMARY
        )
        cursor: Mapping[str, Any] = answer["cursor"]
        return cursor


def _changes_of(events: Sequence[Mapping[str, Any]]) -> tuple[Sequence[PaymentChange], Iterable[str]]:
    """Returns the readable changes, and the ids of the payments with an unreadable change. Each id is returned once."""
    changes: list[PaymentChange] = []
    unreadable: dict[str, None] = {}
    for event in events:
        payment_id = event["documentKey"]["_id"]
        try:
            changes.append(decode_envelope(payment_id, _envelope(event)))
        except EnvelopeUnreadable:
            unreadable[str(payment_id)] = None
    return changes, unreadable


def _envelope(event: Mapping[str, Any]) -> object:
    holder = event["updateDescription"]["updatedFields"] if "updateDescription" in event else event["fullDocument"]
    return holder["events"]
