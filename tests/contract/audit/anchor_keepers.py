"""Places of anchors under contract: in memory, in files, in objects of S3."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from tests.support.adapters import aws

from refunds.adapters.aws.anchors import AnchorObjects, key_of
from refunds.adapters.local.anchors import AnchorFiles
from refunds.adapters.local.mac_signer import HmacSigner
from refunds.adapters.memory.audit.anchors import MemoryAnchors
from refunds.adapters.memory.clock import FixedClock
from refunds.domain.audit.hash_chain import ChainHead
from refunds.kit.config import Secret
from refunds.ports.audit.anchors import Anchors
from refunds.usecases.audit.anchor_codec import AnchorBody, body_of, signed_text

SEALS = HmacSigner(Secret("k" * 43))

CHAINS = 40


@dataclass
class Keeper:
    """A keeper as another process opens it, and what an intruder does to the texts where they lie."""

    open: Callable[[], Anchors]
    read: Callable[[int, int], Awaitable[bytes]]
    write: Callable[[int, int, bytes], Awaitable[None]]
    remove: Callable[[int, int], Awaitable[None]]

    async def body(self, number: int, epoch: int = 1) -> AnchorBody:
        """What stands there."""
        return body_of(epoch, number, await self.read(epoch, number))

    async def forge(self, number: int, **changes: Any) -> None:
        """Changes what stands there and seals it anew, as one who has the key can."""
        await self.write(
            1, number, await signed_text(SEALS, msgspec.structs.replace(await self.body(number), **changes))
        )


@contextlib.asynccontextmanager
async def in_memory() -> AsyncIterator[Keeper]:
    texts: dict[tuple[int, int], bytes] = {}

    def opened() -> Anchors:
        anchors = MemoryAnchors(FixedClock(), SEALS)
        anchors.texts = texts
        return anchors

    async def read(epoch: int, number: int) -> bytes:
        return texts[epoch, number]

    async def write(epoch: int, number: int, text: bytes) -> None:
        texts[epoch, number] = text

    async def remove(epoch: int, number: int) -> None:
        del texts[epoch, number]

    yield Keeper(opened, read, write, remove)


@contextlib.asynccontextmanager
async def in_files(folder: Path) -> AsyncIterator[Keeper]:
    def file(epoch: int, number: int) -> Path:
        place = folder if epoch == 1 else folder / f"epoch-{epoch:04d}"
        return place / f"{number:012d}.anchor"

    async def read(epoch: int, number: int) -> bytes:
        return file(epoch, number).read_bytes()

    async def write(epoch: int, number: int, text: bytes) -> None:
        file(epoch, number).write_bytes(text)

    async def remove(epoch: int, number: int) -> None:
        file(epoch, number).unlink()

    yield Keeper(lambda: AnchorFiles(folder, SEALS, FixedClock()), read, write, remove)


@contextlib.asynccontextmanager
async def in_objects(url: str) -> AsyncIterator[Keeper]:
    """A bucket without a lock: what its lock would refuse must be found all the same."""
    async with aws.clients(url) as clients:
        s3, bucket = await clients.open("s3"), await aws.new_bucket(clients, is_locked=False)

        async def read(epoch: int, number: int) -> bytes:
            answer = await s3.get_object(Bucket=bucket, Key=key_of(number, epoch))
            async with answer["Body"] as body:
                text: bytes = await body.read()
            return text

        async def write(epoch: int, number: int, text: bytes) -> None:
            await s3.put_object(Bucket=bucket, Key=key_of(number, epoch), Body=text)

        async def remove(epoch: int, number: int) -> None:
            await s3.delete_object(Bucket=bucket, Key=key_of(number, epoch))

        yield Keeper(lambda: AnchorObjects(s3, bucket, SEALS, FixedClock()), read, write, remove)


def heads_at(moment: int) -> list[ChainHead]:
    """Forty chains, of which each third moved at each moment since the first."""
    return [
        ChainHead(chain=f"mer_{number:02d}", seq=1 + moment * (number % 3 == 0), hash=f"{number:02d}{moment:02d}" * 16)
        if number % 3 == 0
        else ChainHead(chain=f"mer_{number:02d}", seq=1, hash=f"{number:02d}00" * 16)
        for number in range(CHAINS)
    ]


async def anchored(keeper: Keeper, moments: Sequence[int] = range(5)) -> None:
    """An anchor of each moment."""
    anchors = keeper.open()
    for moment in moments:
        await anchors.append(heads_at(moment))
