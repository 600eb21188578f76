"""What every keeper of anchors keeps of them, proves by them, and finds of what was done to them; and its epochs."""

import msgspec
from tests.contract.audit.anchor_keepers import SEALS, Keeper, anchored, heads_at
from tests.support.copies import replace

from refunds.adapters.memory.clock import START
from refunds.domain.audit.anchor_checks import head_proof, is_anchored


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


async def remove_an_anchor(keeper: Keeper) -> None:
    await keeper.remove(1, 3)


async def test_epoch_follows_the_last_anchor_records_why_and_leaves_it_untouched(keeper: Keeper) -> None:
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


async def test_epoch_can_begin_behind_a_broken_anchor_and_records_that(keeper: Keeper) -> None:
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
