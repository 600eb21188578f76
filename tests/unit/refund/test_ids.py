"""Ids are ordered by time, refunds' ids have routes, and ids of attempts and events are deterministic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.domain import ids

BITS = st.integers(0, 2**ids.RANDOM_BITS - 1)
MILLISECONDS = st.integers(0, 2**48 - 1)
NAMES = st.text(min_size=1, max_size=40)


@given(earlier=MILLISECONDS, later=MILLISECONDS, bits=BITS, other_bits=BITS)
def test_ids_sort_by_the_moment_they_were_made(earlier: int, later: int, bits: int, other_bits: int) -> None:
    first, second = ids.new_id("pay", min(earlier, later), bits), ids.new_id("pay", max(earlier, later), other_bits)

    assert first[:14] <= second[:14]
    assert len(first) == len(second) == 30


@given(at_ms=MILLISECONDS, bits=BITS, payment=NAMES, merchant=NAMES)
def test_a_refund_is_found_by_the_route_in_its_id(at_ms: int, bits: int, payment: str, merchant: str) -> None:
    route = ids.route_of(ids.refund_id(at_ms, bits, payment, merchant))

    assert route == ids.RefundRoute(
        payment_route=ids.payment_route(payment), merchant_route=ids.merchant_route(merchant)
    )


@given(text=st.text(max_size=60))
def test_text_that_is_no_refund_id_has_no_route_and_raises_nothing(text: str) -> None:
    assert ids.route_of(text) is None or text.startswith("ref_")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ref_",
        "0123456789abcdefghjkmnpqrstv",
        "pay_0123456789abcdefghjkmnpqrstv",
        "ref_0123456789abcdefghjkmnpqrst",
        "ref_0123456789abcdefghjkmnpqrstvw",
        "ref_0123456789ABCDEFGHJKMNPQRSTV",
        "ref_0123456789abcdefghijkmnpqrst",
        "ref_{'$ne': null}            ",
    ],
)
def test_near_misses_have_no_route(text: str) -> None:
    assert ids.route_of(text) is None


def test_a_million_payments_of_a_merchant_share_few_routes() -> None:
    routes = {ids.payment_route(f"pay_{number}") for number in range(20_000)}

    assert len(routes) == 20_000


def test_the_same_attempt_has_the_same_id_everywhere_and_another_one_another() -> None:
    assert ids.attempt_id("ref_abc", 1) == ids.attempt_id("ref_abc", 1) == "att_abc01"
    assert len({ids.attempt_id("ref_abc", number) for number in range(1, 100)}) == 99


@given(
    payment=st.from_regex(r"(pay_)?[a-z0-9_]{1,20}", fullmatch=True),
    version=st.integers(1, 10**6),
    index=st.integers(0, 200),
    appended=st.sampled_from(["", "_0123456789abcdef"]),
)
def test_the_id_of_an_event_has_its_version_and_index(payment: str, version: int, index: int, appended: str) -> None:
    event = ids.event_id(payment, version, index) + appended

    assert ids.event_version(payment, event) == version
    assert ids.event_index(payment, event) == index


def test_the_refund_of_an_attempt_is_known_by_the_attempts_id() -> None:
    refund = ids.refund_id(1_700_000_000_000, 7, "pay_1", "mer_1")

    assert ids.refund_of_attempt(ids.attempt_id(refund, 1)) == refund
    assert all(ids.route_of(ids.refund_of_attempt(text)) is None for text in ("", "att_", "x", refund, "att_1"))
