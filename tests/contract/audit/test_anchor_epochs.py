"""What every keeper of anchors keeps of them, proves by them, and finds of what was done to them; and its epochs."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.adapters import aws

from refunds.adapters.aws.anchors import AnchorObjects, key_of
from refunds.adapters.local.anchors import AnchorFiles
from refunds.adapters.local.mac_signer import HmacSigner
from refunds.adapters.memory.audit.anchors import MemoryAnchors
from refunds.adapters.memory.clock import START, FixedClock
from refunds.domain.audit.anchor_checks import head_proof, is_anchored
from refunds.domain.audit.hash_chain import ChainHead
from refunds.kit.config import Secret
from refunds.ports.audit.anchors import AnchorBroken, Anchors
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


@pytest.fixture(params=["memory", "files", "objects"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> contextlib.AbstractAsyncContextManager[Keeper]:
    """One keeper after the other."""
    if request.param == "objects":
        return in_objects(request.getfixturevalue("aws_url"))
    return in_memory() if request.param == "memory" else in_files(tmp_path)


@pytest.fixture
async def keeper(opening: contextlib.AbstractAsyncContextManager[Keeper]) -> AsyncIterator[Keeper]:
    """The same, empty."""
    async with opening as opened:
        yield opened


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


async def test_only_chains_that_moved_are_written(keeper: Keeper) -> None:
    await anchored(keeper)

    assert [len((await keeper.body(number)).heads) for number in range(1, 6)] == [40, 14, 14, 14, 14]


async def test_head_of_each_chain_at_each_anchor_is_proven_by_its_root(keeper: Keeper) -> None:
    await anchored(keeper)
    auditor = keeper.open()

    for number in range(1, 6):
        anchor = await auditor.at(1, number)
        sealed = await keeper.body(number)
        assert anchor.heads == tuple(heads_at(number - 1))
        for head in anchor.heads:
            proof = head_proof(anchor.heads, head.chain)
            assert is_anchored(head, proof, sealed.root)
            assert len(proof) <= 6
            assert not is_anchored(replace(head, seq=head.seq + 1), proof, sealed.root)


async def test_now_and_then_an_anchor_holds_all_chains(keeper: Keeper) -> None:
    await anchored(keeper, range(20))

    sizes = [len((await keeper.body(number)).heads) for number in range(1, 21)]
    latest = await keeper.open().latest()

    assert sizes == [40, *[14] * 11, 40, *[14] * 7]
    assert latest is not None
    assert latest.heads == tuple(heads_at(19))


async def test_anchors_of_the_release_before_are_read_and_followed(keeper: Keeper) -> None:
    earlier = msgspec.json.encode(
        {"format": 1, "number": 1, "at": START, "heads": [[h.chain, h.seq, h.hash] for h in heads_at(0)]}
    )
    await keeper.write(1, 1, (await SEALS.sign(earlier)).hex().encode() + b"\n" + earlier)
    anchors = keeper.open()

    before = await anchors.latest()
    await anchors.append(heads_at(1))
    after = await keeper.open().latest()

    assert before is not None
    assert before.heads == tuple(heads_at(0))
    assert after is not None
    assert (after.number, after.heads) == (2, tuple(heads_at(1)))
    assert len((await keeper.body(2)).heads) == 14


async def change_a_head(keeper: Keeper) -> None:
    heads = (await keeper.body(3)).heads
    await keeper.forge(3, heads=[(heads[0][0], heads[0][1], "f" * 64), *heads[1:]])


async def remove_a_chain(keeper: Keeper) -> None:
    await keeper.forge(1, heads=(await keeper.body(1)).heads[1:])


async def remove_an_anchor(keeper: Keeper) -> None:
    await keeper.remove(1, 3)


async def exchange_two(keeper: Keeper) -> None:
    third, fourth = await keeper.read(1, 3), await keeper.read(1, 4)
    await keeper.write(1, 3, fourth)
    await keeper.write(1, 4, third)


async def exchange_what_two_say(keeper: Keeper) -> None:
    third, fourth = await keeper.body(3), await keeper.body(4)
    await keeper.forge(3, heads=fourth.heads, root=fourth.root)
    await keeper.forge(4, heads=third.heads, root=third.root)


async def alter_a_root(keeper: Keeper) -> None:
    await keeper.forge(5, root="0" * 64)


async def alter_an_earlier_root(keeper: Keeper) -> None:
    await keeper.forge(3, root="0" * 64)


async def leave_out_what_moved(keeper: Keeper) -> None:
    await keeper.forge(5, heads=(await keeper.body(5)).heads[1:])


async def spoil_a_seal(keeper: Keeper) -> None:
    await keeper.write(1, 5, b"00" + (await keeper.read(1, 5))[2:])


@pytest.mark.parametrize(
    "tamper",
    [
        change_a_head,
        remove_a_chain,
        remove_an_anchor,
        exchange_two,
        exchange_what_two_say,
        alter_a_root,
        alter_an_earlier_root,
        leave_out_what_moved,
        spoil_a_seal,
    ],
)
async def test_what_was_done_to_an_anchor_is_found_even_with_the_key_and_never_followed(
    keeper: Keeper, tamper: Callable[[Keeper], Awaitable[None]]
) -> None:
    await anchored(keeper)

    await tamper(keeper)

    with pytest.raises(AnchorBroken):
        await keeper.open().latest()
    with pytest.raises(AnchorBroken):
        await keeper.open().append(heads_at(5))


async def test_epoch_follows_the_last_anchor_says_why_and_leaves_it_untouched(keeper: Keeper) -> None:
    await anchored(keeper)
    before = [await keeper.read(1, number) for number in range(1, 6)]
    restored = heads_at(2)

    await keeper.open().begin_epoch(restored, "restored to noon")
    await keeper.open().append(heads_at(3))

    auditor = keeper.open()
    first, latest, last_before = await auditor.at(2, 1), await auditor.latest(), await auditor.at(1, 5)
    assert [await keeper.read(1, number) for number in range(1, 6)] == before
    assert first.follows is not None
    assert (first.follows.epoch, first.follows.number, first.follows.reason) == (1, 5, "restored to noon")
    assert first.follows.digest == last_before.digest
    assert first.heads == tuple(restored)
    assert latest is not None
    assert (latest.epoch, latest.number, latest.heads) == (2, 2, tuple(heads_at(3)))


async def test_epochs_follow_each_other_however_many(keeper: Keeper) -> None:
    await anchored(keeper)
    for epoch in range(2, 13):
        await keeper.open().begin_epoch(heads_at(epoch), f"reason {epoch}")

    latest = await keeper.open().latest()

    assert latest is not None
    assert (latest.epoch, latest.heads) == (12, tuple(heads_at(12)))
    assert [(await keeper.open().at(epoch, 1)).follows.epoch for epoch in range(2, 13)] == list(range(1, 12))  # type: ignore[union-attr]


async def test_epoch_can_begin_behind_a_broken_anchor_and_says_so(keeper: Keeper) -> None:
    await anchored(keeper)
    await remove_an_anchor(keeper)

    await keeper.open().begin_epoch(heads_at(4), "looked at, see incident 7")

    first = await keeper.open().latest()
    assert first is not None
    assert first.follows is not None
    assert (first.epoch, first.follows.digest) == (2, "")
    assert "is gone" in first.follows.broken


async def test_epoch_before_the_first_anchor_is_the_first(keeper: Keeper) -> None:
    await keeper.open().begin_epoch(heads_at(0), "nothing yet")

    latest = await keeper.open().latest()

    assert latest is not None
    assert (latest.epoch, latest.number, latest.follows) == (1, 1, None)
