"""Any edit, removal, insertion, reordering or truncation of an audit chain is found, at the place where it was done."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.copies import replace

from refunds.domain.audit.hash_chain import AuditEntry, ChainHead, ChainLink, empty_chain, extend, first_break, link

BODIES = st.lists(st.binary(max_size=30), min_size=1, max_size=12)


def chained(bodies: list[bytes], chain: str = "mer_1") -> list[ChainLink]:
    entries = [
        AuditEntry(chain=chain, subject=f"ref_{number}", version=1, body=body) for number, body in enumerate(bodies)
    ]
    return extend(empty_chain(chain), entries)


def broken_at(links: list[ChainLink], whole: list[ChainLink]) -> int | None:
    return first_break(links, ChainHead(chain="mer_1", seq=len(whole), hash=whole[-1].hash))


@given(bodies=BODIES)
def test_an_untouched_chain_holds(bodies: list[bytes]) -> None:
    whole = chained(bodies)

    assert broken_at(whole, whole) is None
    assert [found.seq for found in whole] == list(range(1, len(bodies) + 1))


def test_an_empty_chain_holds_and_no_record_may_be_missing_from_it() -> None:
    assert first_break([], empty_chain("mer_1")) is None
    assert first_break([], ChainHead(chain="mer_1", seq=3, hash="f" * 64)) == 1


@given(bodies=BODIES, data=st.data())
def test_an_edit_is_found_where_it_was_made(bodies: list[bytes], data: st.DataObject) -> None:
    whole = chained(bodies)
    at = data.draw(st.integers(0, len(whole) - 1))

    edited = [replace(found, content=found.content + b"!") if n == at else found for n, found in enumerate(whole)]

    assert broken_at(edited, whole) == at + 1


@given(bodies=BODIES, data=st.data())
def test_an_edit_with_its_hash_made_again_is_found_at_the_next_record_or_the_head(
    bodies: list[bytes], data: st.DataObject
) -> None:
    whole = chained(bodies)
    at = data.draw(st.integers(0, len(whole) - 1))
    old = whole[at]

    edited = [*whole[:at], link(old.chain, old.seq, old.previous_hash, b"forged"), *whole[at + 1 :]]

    assert broken_at(edited, whole) == at + 2


@given(bodies=BODIES, data=st.data())
def test_a_removed_record_is_found(bodies: list[bytes], data: st.DataObject) -> None:
    whole = chained(bodies)
    at = data.draw(st.integers(0, len(whole) - 1))

    assert broken_at([*whole[:at], *whole[at + 1 :]], whole) == at + 1


@given(bodies=BODIES, kept=st.integers(0, 11))
def test_a_chain_that_was_cut_off_is_found_by_its_head(bodies: list[bytes], kept: int) -> None:
    whole = chained(bodies)
    left = whole[: min(kept, len(whole) - 1)]

    assert broken_at(left, whole) == len(left) + 1


@given(bodies=st.lists(st.binary(max_size=10), min_size=2, max_size=10), data=st.data())
def test_two_records_that_changed_places_are_found(bodies: list[bytes], data: st.DataObject) -> None:
    whole = chained(bodies)
    first = data.draw(st.integers(0, len(whole) - 2))
    second = data.draw(st.integers(first + 1, len(whole) - 1))
    moved = list(whole)
    moved[first], moved[second] = moved[second], moved[first]

    assert broken_at(moved, whole) == first + 1


def test_an_inserted_record_is_found() -> None:
    whole = chained([b"a", b"b"])
    forged = link("mer_1", 2, whole[0].hash, b"forged")

    assert broken_at([whole[0], forged, whole[1]], whole) == 3
    assert broken_at([*whole, link("mer_1", 3, whole[1].hash, b"forged")], whole) == 4


def test_a_record_of_another_tenants_chain_does_not_fit() -> None:
    whole, other = chained([b"a", b"b"]), chained([b"a", b"b"], chain="mer_2")

    assert broken_at([whole[0], other[1]], whole) == 2
    assert broken_at([replace(whole[0], chain="mer_2"), whole[1]], whole) == 1


@pytest.mark.parametrize("field", ["subject", "version", "body"])
def test_the_hash_covers_every_part_of_a_record(field: str) -> None:
    entry = AuditEntry(chain="mer_1", subject="ref_1", version=1, body=b"x")
    changed = replace(entry, **{field: {"subject": "ref_2", "version": 2, "body": b"y"}[field]})

    assert extend(empty_chain("mer_1"), [entry])[0].hash != extend(empty_chain("mer_1"), [changed])[0].hash
