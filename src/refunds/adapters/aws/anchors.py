"""Stores audit anchors in an S3 bucket with Object Lock. Each anchor is one signed object.

An object is written only if no object has this name yet. Object Lock prevents changes and deletion. Readers use the
first version of an object and ignore later versions and deletion markers.

The numbers in object names count downwards, both for anchors and for epochs (an epoch is a sequence of anchors). So the
first page of a listing contains the latest anchors of the latest epoch.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aiobotocore.client import AioBaseClient
from botocore.exceptions import ClientError

from refunds.adapters.aws.clients import AWAY_ERRORS
from refunds.ports.audit.anchors import AnchorBroken, AnchorsUnavailable
from refunds.ports.audit.mac_signer import MacSigner
from refunds.ports.clock import Clock
from refunds.usecases.audit.anchor_codec import name_of
from refunds.usecases.audit.anchor_log import KeptAnchors, Last

PREFIX = "anchors/"
EPOCH = "epoch-"
SUFFIX = ".anchor"
NUMBER_MAX = 999_999_999_999
EPOCH_MAX = 9_999
LISTED_MAX = 100
"""Maximum number of object versions in a listing, latest first. A gap between the listed anchors is detected."""
COVERED_MAX = 1_000
"""Maximum number of versions of one object that are listed. An anchor with more versions counts as broken."""


class AnchorObjects(KeptAnchors):
    """See `ports.audit.anchors`. If two processes append at the same time, one of them gets AnchorsUnavailable.

    Needs the permissions s3:PutObject, s3:GetObjectVersion and s3:ListBucketVersions for `anchors/`.
    """

    def __init__(self, s3: AioBaseClient, bucket: str, signer: MacSigner, clock: Clock) -> None:
        super().__init__(signer, clock)
        self._s3 = s3
        self._bucket = bucket

    async def _last(self) -> Last | None:
        places = list(dict.fromkeys(_places(await self._versions(PREFIX + EPOCH))))
        if not places:
            places = list(dict.fromkeys(_places(await self._versions(PREFIX))))
        if not places:
            return None
        epoch = places[0][0]
        numbers = [number for of, number in places if of == epoch]
        has_gap = numbers != list(range(numbers[0], numbers[-1] - 1, -1))
        gap = f"an anchor between {numbers[-1]} and {numbers[0]} is gone" if has_gap else ""
        return Last(epoch=epoch, number=numbers[0], gap=gap)

    async def _keep(self, epoch: int, number: int, text: bytes) -> None:
        key = key_of(number, epoch)
        try:
            await self._s3.put_object(
                Bucket=self._bucket, Key=key, Body=text, IfNoneMatch="*", ChecksumAlgorithm="SHA256"
            )
        except AWAY_ERRORS as error:
            raise AnchorsUnavailable from error

    async def _text(self, epoch: int, number: int) -> bytes:
        """Returns the text of an anchor from the first version of its S3 object.

        S3 lists the newest version first, so the last version in the list is used. Raises AnchorBroken if the object is
        missing. Raises AnchorsUnavailable if S3 cannot be read.
        """
        key = key_of(number, epoch)
        versions = [each["VersionId"] for each in await self._versions(key, COVERED_MAX) if each["Key"] == key]
        if not versions:
            raise AnchorBroken(f"{name_of(epoch, number)} is gone")
        try:
            answer = await self._s3.get_object(Bucket=self._bucket, Key=key, VersionId=versions[-1])
            async with answer["Body"] as body:
                text: bytes = await body.read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "NoSuchVersion"):
                raise AnchorBroken(f"{name_of(epoch, number)} was removed while it was read") from error
            raise AnchorsUnavailable from error
        except AWAY_ERRORS as error:
            raise AnchorsUnavailable from error
        return text

    async def _versions(self, prefix: str, listed_max: int = LISTED_MAX) -> Sequence[Mapping[str, Any]]:
        try:
            page = await self._s3.list_object_versions(Bucket=self._bucket, Prefix=prefix, MaxKeys=listed_max)
        except AWAY_ERRORS as error:
            raise AnchorsUnavailable from error
        versions: Sequence[Mapping[str, Any]] = page.get("Versions", ())
        return versions


def key_of(number: int, epoch: int = 1) -> str:
    """Returns the name of the S3 object that stores the anchor."""
    folder = PREFIX if epoch == 1 else f"{PREFIX}{EPOCH}{EPOCH_MAX - epoch:04d}/"
    return f"{folder}{NUMBER_MAX - number:012d}{SUFFIX}"


def _places(versions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int]]:
    """Yields the epoch and the number of each object version that belongs to an anchor."""
    for version in versions:
        folder, _, name = version["Key"].removeprefix(PREFIX).rpartition("/")
        number, epoch = name.removesuffix(SUFFIX), folder.removeprefix(EPOCH)
        if number.isdigit() and (not folder or epoch.isdigit()):
            yield (EPOCH_MAX - int(epoch) if folder else 1), NUMBER_MAX - int(number)
