"""Creates the MongoDB client. Sets read and write concerns, because the server's defaults may change."""

from datetime import UTC
from typing import Any

from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo import AsyncMongoClient, ReadPreference
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.monitoring import _EventListener as EventListener
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from refunds.adapters.mongo.plain_numbers import PLAIN_NUMBERS

MAJORITY = ReadConcern("majority")
LOCAL = ReadConcern("local")
DURABLE = WriteConcern(w="majority", j=True, wtimeout=10_000)
CODEC: CodecOptions[Any] = CodecOptions(tz_aware=True, tzinfo=UTC, type_registry=PLAIN_NUMBERS)
ANY_TIME: CodecOptions[Any] = CODEC.with_options(datetime_conversion=DatetimeConversion.DATETIME_AUTO)
"""Decodes times outside Python's calendar without an error. So a document with such a time does not fail its page."""

NAIVE_TIMES: CodecOptions[Any] = CodecOptions(tz_aware=False, datetime_conversion=DatetimeConversion.DATETIME_AUTO)
"""Codec for payments only. It reads every time without error. `documents.to_payment` adds UTC and converts numbers."""


def connect(
    uri: str,
    *,
    timeout_s: float = 10.0,
    answer_timeout_s: float | None = None,
    connections_max: int = 32,
    application: str = "refunds",
    retries_writes: bool = True,
    listeners: "tuple[EventListener, ...]" = (),
) -> AsyncMongoClient[Any]:
    """Returns a client for MongoDB.

    Finding a server takes at most `timeout_s` seconds, and each answer at most `answer_timeout_s`. If
    `answer_timeout_s` is None, `timeout_s` applies to answers as well.

    If `retries_writes` is True, the driver repeats a write whose answer was lost. For this, the database stores a
    record of each such write. If `retries_writes` is False, the caller must look up whether the write was stored.
    """
    return AsyncMongoClient(
        uri,
        appname=application,
        tz_aware=True,
        tzinfo=UTC,
        retryWrites=retries_writes,
        retryReads=True,
        maxPoolSize=connections_max,
        serverSelectionTimeoutMS=int(timeout_s * 1000),
        connectTimeoutMS=2_000,
        socketTimeoutMS=int((answer_timeout_s or timeout_s) * 1000),
        event_listeners=list(listeners),
    )


def open_database(client: AsyncMongoClient[Any], name: str) -> AsyncDatabase[Any]:
    """Returns the database with majority reads and durable writes.

    Code that needs a local read must request it explicitly.
    """
    return client.get_database(
        name,
        codec_options=CODEC,
        read_preference=ReadPreference.PRIMARY,
        read_concern=MAJORITY,
        write_concern=DURABLE,
    )
