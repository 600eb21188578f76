"""Merkle trees, against the test vectors of RFC 6962's reference implementation and any number of leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.domain.audit.merkle_tree import Sibling, is_proven, proof_of, root_of

LEAVES = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
}


@pytest.mark.parametrize("count", list(ROOTS))
def test_roots_are_those_of_the_rfc(count: int) -> None:
    assert root_of(LEAVES[:count]).hex() == ROOTS[count]


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_each_content_is_proven_and_no_other(contents: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(contents) - 1))
    root, proof = root_of(contents), proof_of(contents, index)

    assert is_proven(contents[index], proof, root)
    assert not is_proven(contents[index] + b"!", proof, root)
    assert not is_proven(contents[index], (*proof, Sibling(True, root)), root)


@given(st.lists(st.binary(max_size=4), min_size=2, max_size=40, unique=True), st.data())
def test_any_change_removal_or_exchange_changes_the_root(contents: list[bytes], data: st.DataObject) -> None:
    root = root_of(contents)
    index = data.draw(st.integers(0, len(contents) - 2))
    exchanged = list(contents)
    exchanged[index], exchanged[index + 1] = contents[index + 1], contents[index]

    assert root_of([*contents[:index], *contents[index + 1 :]]) != root
    assert root_of([*contents[:index], contents[index] + b"!", *contents[index + 1 :]]) != root
    assert root_of(exchanged) != root
