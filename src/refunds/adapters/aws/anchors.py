"""Anchors as objects of an S3 bucket, one an anchor, sealed; made for a bucket with Object Lock.

An object is put only where there is none of its name, and what counts is the *first* version of a name: under Object
Lock it can be neither changed nor deleted, only covered by later versions or deletion marks, which are not looked at.
Names count downwards, so that the first page of a listing holds the last anchors, however many there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aiobotocore.client import AioBaseClient
from botocore.exceptions import ClientError

from refunds.adapters.aws.clients import AWAY_ERRORS
from refunds.domain.audit import ChainHead
from refunds.ports.anchors import AnchorBroken, AnchoredHeads, AnchorsUnavailable
from refunds.ports.clock import Clock
from refunds.ports.seals import Seals
from refunds.usecases.anchor_texts import anchor_of, sealed_text

PREFIX = "anchors/"
SUFFIX = ".anchor"
NUMBER_MAX = 999_999_999_999
LISTED_MAX = 100
"""Versions a look at the end of the anchors; gaps among these are found."""


class AnchorObjects:
    """See `ports.anchors`. Its rights: s3:PutObject, s3:GetObjectVersion, s3:ListBucketVersions under `anchors/`."""

    def __init__(self, s3: AioBaseClient, bucket: str, seals: Seals, clock: Clock) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._seals = seals
        self._clock = clock

    async def append(self, heads: Sequence[ChainHead]) -> None:
        """See the port. Of two who append at once one is told AnchorsUnavailable, and comes again."""
        last = await self.latest()
        number = 1 if last is None else last.number + 1
        text = await sealed_text(self._seals, number, self._clock.now(), heads)
        try:
            await self._s3.put_object(
                Bucket=self._bucket, Key=key_of(number), Body=text, IfNoneMatch="*", ChecksumAlgorithm="SHA256"
            )
        except AWAY_ERRORS as error:
            raise AnchorsUnavailable from error

    async def latest(self) -> AnchoredHeads | None:
        """See the port."""
        first_versions = await self._first_versions()
        if not first_versions:
            return None
        numbers = list(first_versions)
        if numbers != list(range(numbers[0], numbers[-1] - 1, -1)):
            raise AnchorBroken(f"an anchor between {numbers[-1]} and {numbers[0]} is gone")
        text = await self._text(numbers[0], first_versions[numbers[0]])
        return await anchor_of(self._seals, numbers[0], text)

    async def _first_versions(self) -> Mapping[int, str]:
        """The last anchors' numbers, the last one first, each with the first version of its object."""
        try:
            page = await self._s3.list_object_versions(Bucket=self._bucket, Prefix=PREFIX, MaxKeys=LISTED_MAX)
        except AWAY_ERRORS as error:
            raise AnchorsUnavailable from error
        return dict(_numbered(page.get("Versions", ())))

    async def _text(self, number: int, version: str) -> bytes:
        try:
            answer = await self._s3.get_object(Bucket=self._bucket, Key=key_of(number), VersionId=version)
            async with answer["Body"] as body:
                text: bytes = await body.read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "NoSuchVersion"):
                raise AnchorBroken(f"anchor {number} went away while it was read") from error
            raise AnchorsUnavailable from error
        except AWAY_ERRORS as error:
            raise AnchorsUnavailable from error
        return text


def key_of(number: int) -> str:
    """The object's name."""
    return f"{PREFIX}{NUMBER_MAX - number:012d}{SUFFIX}"


def _numbered(versions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """S3 lists a name's versions newest first: the last of a name is its first version."""
    for version in versions:
        name = version["Key"].removeprefix(PREFIX).removesuffix(SUFFIX)
        if name.isdigit():
            yield NUMBER_MAX - int(name), version["VersionId"]
