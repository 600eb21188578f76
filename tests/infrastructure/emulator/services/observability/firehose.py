"""Firehose: records are unpacked and divided, objects packed and named, all as the stream's destination says.

Moto writes what it is given, below the prefix as it is written, and packs nothing.
"""

import gzip
import re
from datetime import datetime
from typing import Any

from moto.core.utils import utcnow
from moto.firehose.models import FirehoseBackend
from moto.moto_api._internal import mock_random
from moto.s3.models import s3_backends
from tests.infrastructure.emulator.extend import Record, replaces

_TIMESTAMP = re.compile(r"!\{timestamp:([^}]+)\}")
_LETTERS = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H"}
"""Of Java's patterns, those that the product uses."""


def _prefix(written: str, now: datetime) -> str:
    """Hours are added where the prefix says nothing of time, as Firehose does."""
    if not _TIMESTAMP.search(written):
        return f"{written}{now:%Y/%m/%d/%H/}"
    return _TIMESTAMP.sub(lambda match: now.strftime(_LETTERS[match[1]]), written)


def _processed(data: bytes, processors: list[Record]) -> bytes:
    for processor in processors:
        match processor["Type"]:
            case "Decompression":
                data = gzip.decompress(data)
            case "AppendDelimiterToRecord":
                data += b"\n"
            case unknown:
                raise NotImplementedError(unknown)
    return data


@replaces(FirehoseBackend)
def put_s3_records(
    _original: Any,
    self: FirehoseBackend,
    delivery_stream_name: str,
    version_id: str,
    s3_destination: Record,
    records: list[dict[str, bytes]],
) -> list[dict[str, str]]:
    now = utcnow()
    processors = (s3_destination.get("ProcessingConfiguration") or {}).get("Processors") or []
    body = b"".join(_processed(record["Data"], processors) for record in records)
    is_packed = s3_destination.get("CompressionFormat") == "GZIP"
    name = f"{delivery_stream_name}-{version_id}-{now:%Y-%m-%d-%H-%M-%S}-{mock_random.uuid4()}"
    key = f"{_prefix(s3_destination.get('Prefix') or '', now)}{name}{'.gz' if is_packed else ''}"
    bucket = s3_destination["BucketARN"].split(":")[-1]
    s3_backends[self.account_id][self.partition].put_object(bucket, key, gzip.compress(body) if is_packed else body)
    return [{"RecordId": str(mock_random.uuid4())} for _ in records]
