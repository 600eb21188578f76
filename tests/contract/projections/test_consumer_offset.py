"""What the place of a reader promises (`ports.projections.consumer_offset`), on both databases alike."""

import asyncio

import pytest
from tests.support.adapters.sides import Side
from tests.support.copies import replace

from refunds.ports.projections.read_models import Phase, RelaySuperseded


async def test_first_offset_is_that_of_a_scan_that_has_yet_to_begin_and_stays(side: Side) -> None:
    consumer_offset = side.consumer_offset("reader")

    first = await consumer_offset.position()
    await side.shop.capture()

    assert (first.seq, first.phase, first.token) == (0, Phase.SCANNING, "")
    assert await side.consumer_offset("reader").position() == first


async def test_place_is_moved_by_one_of_two_at_once(side: Side) -> None:
    consumer_offset = side.consumer_offset("reader")
    first = await consumer_offset.position()
    moves = [consumer_offset.move(replace(first, holder=holder, scanned_to=holder)) for holder in ("one", "other")]

    outcomes = await asyncio.gather(*moves, return_exceptions=True)

    place = await consumer_offset.position()
    assert sorted(map(type, outcomes), key=repr) == sorted([type(None), RelaySuperseded], key=repr)
    assert (place.seq, place.holder) == (1, place.scanned_to)


async def test_outdated_place_moves_nothing(side: Side) -> None:
    consumer_offset = side.consumer_offset("reader")
    first = await consumer_offset.position()
    await consumer_offset.move(replace(first, read_to=5))

    with pytest.raises(RelaySuperseded):
        await consumer_offset.move(replace(first, read_to=9))

    assert (await consumer_offset.position()).read_to == 5


async def test_readers_have_places_of_their_own(side: Side) -> None:
    one, other = side.consumer_offset("one"), side.consumer_offset("other")
    await one.move(replace(await one.position(), read_to=5))

    assert (await other.position()).seq == 0
    assert (await one.position()).seq == 1


async def test_moments_go_on_with_what_is_written_and_have_a_time(side: Side) -> None:
    consumer_offset = side.consumer_offset("reader")
    before = await consumer_offset.moment()
    await side.shop.capture()

    after = await consumer_offset.moment()

    assert after > before
    assert consumer_offset.time_of(after) >= consumer_offset.time_of(before)
    assert consumer_offset.time_of(before).year >= 2026
