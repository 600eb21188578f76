"""Opens an instance's anchors for verification.

The anchors are in the instance's data folder, or in the bucket that REFUNDS_ANCHOR_BUCKET names. For a bucket,
REFUNDS_ANCHOR_KEY_ID and REFUNDS_AWS_REGION are also needed. The reporting-engine uses the same variables.
"""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from refunds.adapters.local.anchors import AnchorFiles
from refunds.adapters.local.clock import SystemClock
from refunds.adapters.local.mac_signer import HmacSigner
from refunds.cli.client.data_folder import DataFolder
from refunds.cli.client.ready_file import Ready
from refunds.cli.errors import CommandFailed, failure
from refunds.kit.config import ConfigurationMistakes, Secret, load
from refunds.ports.audit.anchors import Anchors
from refunds.texts import command_facts as facts


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorBucket:
    """The settings of the bucket with the anchors. If no bucket is set, the anchors are in the data folder."""

    anchor_bucket: str = ""
    """S3 bucket of the audit log's anchors. If empty, the anchors are in the data folder."""
    anchor_key_id: str = ""
    """KMS key that signed the anchors in the bucket."""
    aws_region: str = ""
    """AWS region of the bucket and the key."""

    def __post_init__(self) -> None:
        if self.anchor_bucket and not (self.anchor_key_id and self.aws_region):
            raise ValueError("REFUNDS_ANCHOR_KEY_ID and REFUNDS_AWS_REGION are needed with REFUNDS_ANCHOR_BUCKET")


@asynccontextmanager
async def anchors_of(ready: Ready, environ: Mapping[str, str]) -> AsyncIterator[Anchors]:
    """Yields the anchors of the instance.

    Raises CommandFailed if the settings are wrong or the anchor key cannot be read.
    """
    try:
        place = load(AnchorBucket, environ)
    except ConfigurationMistakes as mistakes:
        raise CommandFailed(str(mistakes)) from None
    if not place.anchor_bucket:
        yield _files(ready)
        return
    from refunds.adapters.aws.clients import AwsBounds, AwsClients  # noqa: PLC0415 - loaded only if AWS is used
    from refunds.runtime.process.aws_parts import open_anchors  # noqa: PLC0415

    clients = AwsClients(AwsBounds(region=place.aws_region))
    try:
        yield await open_anchors(clients, place.anchor_bucket, place.anchor_key_id, SystemClock())
    finally:
        await clients.close()


def _files(ready: Ready) -> AnchorFiles:
    """Returns the anchors in the instance's data folder. If the key of the anchors is missing, no anchor is valid."""
    folder = DataFolder(ready.data_dir)
    try:
        key = Secret(folder.anchor_key_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        key = Secret(secrets.token_urlsafe())
    except OSError:
        raise failure(facts.AnchorKeyUnreadable(data_dir=str(ready.data_dir))) from None
    return AnchorFiles(folder.anchors, HmacSigner(key), SystemClock())
