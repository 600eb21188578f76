"""What whoever may write to the bucket can do to anchors in S3: hide nothing, forge nothing, take no number twice."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.support.adapters import aws

from refunds.adapters.aws.anchors import AnchorObjects, key_of
from refunds.adapters.aws.mac_signer import KmsSigner
from refunds.adapters.memory.clock import FixedClock
from refunds.domain.audit.hash_chain import ChainHead
from refunds.ports.audit.anchors import AnchorBroken, AnchorsUnavailable

FIRST = ChainHead(chain="bnk_1", seq=3, hash="a" * 64)
SECOND = ChainHead(chain="mer_1", seq=7, hash="b" * 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A bucket with Object Lock, and whoever keeps anchors there."""

    s3: Any
    bucket: str
    anchors: AnchorObjects

    async def put(self, number: int, text: bytes) -> None:
        """Writes over an anchor, as a version of its own."""
        await self.s3.put_object(Bucket=self.bucket, Key=key_of(number), Body=text)


@pytest.fixture(params=[True, False], ids=["locked", "plain"])
async def any_place(request: pytest.FixtureRequest, aws_url: str) -> AsyncIterator[Place]:
    """A bucket with Object Lock, and one that keeps one version of each object."""
    async with aws.clients(aws_url) as clients:
        yield await place_of(clients, is_locked=request.param)


@pytest.fixture
async def place(aws_url: str) -> AsyncIterator[Place]:
    """A bucket with Object Lock."""
    async with aws.clients(aws_url) as clients:
        yield await place_of(clients, is_locked=True)


async def place_of(clients: aws.AwsClients, *, is_locked: bool) -> Place:
    """Anchors in a new bucket."""
    s3, kms = await clients.open("s3"), await clients.open("kms")
    signer = KmsSigner(kms, await aws.new_sealing_key(clients))
    bucket = await aws.new_bucket(clients, is_locked=is_locked)
    return Place(s3=s3, bucket=bucket, anchors=AnchorObjects(s3, bucket, signer, FixedClock()))


async def test_anchors_need_no_lock_to_be_kept(any_place: Place) -> None:
    await any_place.anchors.append([FIRST])
    await any_place.anchors.append([FIRST, SECOND])

    latest = await any_place.anchors.latest()

    assert latest is not None
    assert latest.heads == (FIRST, SECOND)


async def test_anchor_is_kept_under_the_buckets_lock(place: Place) -> None:
    await place.anchors.append([FIRST])

    kept = await place.s3.head_object(Bucket=place.bucket, Key=key_of(1))

    assert kept["ObjectLockMode"] == "COMPLIANCE"


async def test_deleted_anchor_is_still_the_last(place: Place) -> None:
    await place.anchors.append([FIRST])
    await place.anchors.append([FIRST, SECOND])

    await place.s3.delete_object(Bucket=place.bucket, Key=key_of(2))

    latest = await place.anchors.latest()
    assert latest is not None
    assert latest.number == 2


async def test_anchor_that_was_written_over_keeps_its_first_content(place: Place) -> None:
    await place.anchors.append([FIRST])

    await place.put(1, b"forged")

    latest = await place.anchors.latest()
    assert latest is not None
    assert latest.heads == (FIRST,)


async def test_forged_anchor_behind_the_last_is_broken_and_never_followed(place: Place) -> None:
    await place.anchors.append([FIRST])

    await place.put(2, b"00\n{}")

    with pytest.raises(AnchorBroken, match="is not signed"):
        await place.anchors.latest()
    with pytest.raises(AnchorBroken):
        await place.anchors.append([SECOND])


async def test_older_anchor_in_place_of_a_new_one_is_broken(place: Place) -> None:
    await place.anchors.append([FIRST])
    answer = await place.s3.get_object(Bucket=place.bucket, Key=key_of(1))

    await place.put(2, await answer["Body"].read())

    with pytest.raises(AnchorBroken, match="is the text of another anchor"):
        await place.anchors.latest()


async def test_gap_among_the_anchors_is_broken(place: Place) -> None:
    await place.anchors.append([FIRST])

    await place.put(3, b"whatever")

    with pytest.raises(AnchorBroken, match="is gone"):
        await place.anchors.latest()


async def test_object_of_another_name_is_not_looked_at(place: Place) -> None:
    await place.anchors.append([FIRST])
    await place.s3.put_object(Bucket=place.bucket, Key="anchors/notes.txt", Body=b"hello")

    latest = await place.anchors.latest()

    assert latest is not None


class LooksBeforeTheOther(AnchorObjects):
    """Finds its number, and another appends in between."""

    rival: AnchorObjects | None = None

    async def latest(self) -> Any:
        found, rival = await super().latest(), self.rival
        if rival is not None:
            self.rival = None
            await rival.append([SECOND])
        return found


async def test_of_two_that_append_at_once_one_is_refused(place: Place) -> None:
    late = LooksBeforeTheOther(place.s3, place.bucket, place.anchors._signer, FixedClock())
    late.rival = place.anchors

    with pytest.raises(AnchorsUnavailable):
        await late.append([FIRST])
    await late.append([FIRST, SECOND])

    latest = await place.anchors.latest()
    assert latest is not None
    assert latest.number == 2


async def test_bucket_that_is_away_is_reported() -> None:
    async with aws.clients("http://127.0.0.1:1") as clients:
        signer = KmsSigner(await clients.open("kms"), "key")
        anchors = AnchorObjects(await clients.open("s3"), "bucket", signer, FixedClock())

        with pytest.raises(AnchorsUnavailable):
            await anchors.latest()


async def test_bucket_that_is_missing_is_reported(place: Place) -> None:
    anchors = AnchorObjects(place.s3, "no-such-bucket", place.anchors._signer, FixedClock())

    with pytest.raises(AnchorsUnavailable):
        await anchors.append([FIRST])
