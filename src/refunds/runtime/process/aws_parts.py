"""Opens the parts of a process that run on AWS, such as queues. Imported only if such a part is configured."""

import structlog

from refunds.adapters.aws.anchors import AnchorObjects
from refunds.adapters.aws.clients import AwsBounds, AwsClients
from refunds.adapters.aws.event_bus import EventBridgeBus
from refunds.adapters.aws.hints import WAIT_S, SqsHints
from refunds.adapters.aws.mac_signer import KmsSigner
from refunds.ports.audit.anchors import Anchors
from refunds.ports.clock import Clock
from refunds.ports.gateway.hints import HintKind, Hints
from refunds.ports.projections.event_bus import EventBus
from refunds.runtime.process.remote_parts import RemoteParts
from refunds.runtime.process.settings import ServiceSettings

MESSAGE_CHARS_MAX = 200

log = structlog.stdlib.get_logger()


async def open_aws(settings: ServiceSettings, clock: Clock) -> RemoteParts:
    """Opens and returns the parts that the settings name."""
    clients, bucket = AwsClients(bounds_of(settings)), settings.anchor_bucket
    return RemoteParts(
        hints=await _hints(settings, clients) if settings.hints == "sqs" else None,
        event_bus=await _event_bus(settings, clients) if settings.event_bus_name else None,
        anchors=await open_anchors(clients, bucket, settings.anchor_key_id, clock) if bucket else None,
        close=clients.close,
    )


def bounds_of(settings: ServiceSettings) -> AwsBounds:
    """Returns the limits of every call to AWS."""
    return AwsBounds(
        region=settings.aws_region,
        connect_timeout_s=settings.aws_connect_timeout_s,
        read_timeout_s=settings.aws_read_timeout_s,
        tries_max=settings.aws_tries_max,
        connections_max=settings.aws_connections_max,
    )


async def _hints(settings: ServiceSettings, clients: AwsClients) -> Hints:
    queues = {HintKind.REVIEW: settings.review_queue_url, HintKind.SUBMIT: settings.submit_queue_url}
    return SqsHints(await clients.open("sqs", waits_s=WAIT_S), queues, _warn)


async def _event_bus(settings: ServiceSettings, clients: AwsClients) -> EventBus:
    return EventBridgeBus(await clients.open("events"), settings.event_bus_name, tries_max=settings.aws_tries_max)


async def open_anchors(clients: AwsClients, bucket: str, key_id: str, clock: Clock) -> Anchors:
    """Returns the audit log's anchors, which are stored in an S3 bucket and signed with a KMS key."""
    return AnchorObjects(await clients.open("s3"), bucket, KmsSigner(await clients.open("kms"), key_id), clock)


def _warn(error: Exception) -> None:
    log.warning("hints.away", error=type(error).__name__, message=str(error)[:MESSAGE_CHARS_MAX])
