"""The archive of logs on the emulator, for tests: a line is written to a log group, and the archive is read back."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass

from tests.infrastructure.support.emulator import Emulator

from refunds.adapters.local.clock import SystemClock

STREAM = "of-a-test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One line of an object: what CloudWatch Logs handed over at once, with the key of the object."""

    key: str
    log_group: str
    messages: tuple[str, ...]


def write_line(emulator: Emulator, log_group: str, message: str) -> None:
    """As a task does it; now, since CloudWatch Logs takes no old lines."""
    logs = emulator.client("logs")
    if not logs.describe_log_streams(logGroupName=log_group, logStreamNamePrefix=STREAM)["logStreams"]:
        logs.create_log_stream(logGroupName=log_group, logStreamName=STREAM)
    event = {"timestamp": int(SystemClock().now().timestamp() * 1000), "message": message}
    logs.put_log_events(logGroupName=log_group, logStreamName=STREAM, logEvents=[event])


def archived(emulator: Emulator, bucket: str) -> list[Batch]:
    """Everything that the bucket holds, as `gunzip` reads it: one JSON object a line."""
    return list(_batches(emulator, bucket))


def _batches(emulator: Emulator, bucket: str) -> Iterator[Batch]:
    s3 = emulator.client("s3")
    for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        packed = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
        for line in gzip.decompress(packed).decode().splitlines():
            batch = json.loads(line)
            messages = tuple(event["message"] for event in batch["logEvents"])
            yield Batch(key=found["Key"], log_group=batch["logGroup"], messages=messages)
