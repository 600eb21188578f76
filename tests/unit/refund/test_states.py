"""Every pair of status and fact: the table gives the next status or it is refused; the page equals the table."""

from itertools import product
from pathlib import Path

import pytest

from refunds.domain.errors import TransitionNotAllowed
from refunds.domain.payment.states import (
    CANCELABLE,
    FINAL,
    RESERVATION_EFFECTS,
    TABLE,
    WAITS_FOR_PERSON,
    Fact,
    ReservationEffect,
    Status,
    next_status,
)
from refunds.domain.refund.states_page import states_page

PAGE = Path(__file__).parents[3] / "docs" / "states.md"

BY_PEOPLE = frozenset(
    {
        Fact.SUBMITTED,
        Fact.REVIEW_PASSED,
        Fact.REVIEW_FAILED,
        Fact.APPROVAL_REQUIRED,
        Fact.APPROVED,
        Fact.REJECTED,
        Fact.CANCELED,
    }
)
OF_ENDED = frozenset({Fact.CONTRADICTED, Fact.MERGED})
"""Decided of refunds that have ended: by results that contradict the end, or that show whose movement it was."""

OF_UNSENT = frozenset({Fact.REFUNDED_AT_GATEWAY})
"""Decided of refunds that nothing was sent for: another movement at the gateway took their amount."""

BY_GATEWAY = frozenset(Fact) - BY_PEOPLE - OF_ENDED - OF_UNSENT
AT_GATEWAY = frozenset({Status.PROCESSING, Status.GATEWAY_PENDING, Status.GATEWAY_ERROR, Status.UNKNOWN})


@pytest.mark.parametrize(("status", "fact"), list(product(Status, Fact)))
def test_every_pair_leads_to_the_status_in_the_table_or_is_refused(status: Status, fact: Fact) -> None:
    expected = TABLE.get((status, fact))

    if expected is not None:
        assert next_status(status, fact) is expected
        return
    with pytest.raises(TransitionNotAllowed) as refused:
        next_status(status, fact)
    assert (refused.value.status, refused.value.fact) == (status.value, fact.value)


@pytest.mark.parametrize("status", sorted(frozenset(Status) - FINAL))
def test_every_status_that_is_not_final_has_a_way_to_a_final_one(status: Status) -> None:
    reached, found = {status}, {status}

    while found:
        found = {after for (before, _), after in TABLE.items() if before in found} - reached
        reached |= found

    assert reached & FINAL


def test_a_final_status_is_left_only_by_late_results_of_the_gateway() -> None:
    left = {(before, fact, after) for (before, fact), after in TABLE.items() if before in FINAL and after is not before}

    assert left == {
        (Status.COMPLETED, Fact.GATEWAY_FAILED, Status.REVERSED),
        (Status.COMPLETED, Fact.MERGED, Status.REVERSED),
        (Status.FAILED, Fact.GATEWAY_SUCCEEDED, Status.COMPLETED),
        (Status.FAILED, Fact.CONTRADICTED, Status.UNKNOWN),
        (Status.REVERSED, Fact.GATEWAY_SUCCEEDED, Status.COMPLETED),
        (Status.REVERSED, Fact.CONTRADICTED, Status.UNKNOWN),
    }


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.REVERSED])
def test_contradicted_refund_holds_its_amount_until_the_gateway_has_answered(status: Status) -> None:
    after = next_status(status, Fact.CONTRADICTED)

    assert RESERVATION_EFFECTS[after] is not ReservationEffect.NOTHING


@pytest.mark.parametrize(("status", "fact"), list(product(sorted(AT_GATEWAY), sorted(BY_GATEWAY))))
def test_no_result_of_a_gateway_is_refused_while_a_refund_is_at_the_gateway(status: Status, fact: Fact) -> None:
    is_impossible = fact is Fact.RETRIES_EXHAUSTED and status in (Status.PROCESSING, Status.GATEWAY_PENDING)

    assert ((status, fact) in TABLE) is not is_impossible


@pytest.mark.parametrize(
    ("status", "fact"), list(product([Status.COMPLETED, Status.FAILED, Status.REVERSED], sorted(BY_GATEWAY)))
)
def test_a_result_of_the_gateway_is_never_refused_by_a_refund_that_has_ended_there(status: Status, fact: Fact) -> None:
    assert TABLE[status, fact] in (status, Status.COMPLETED, Status.REVERSED)


@pytest.mark.parametrize(("status", "fact"), list(product(sorted(AT_GATEWAY), sorted(BY_PEOPLE))))
def test_nobody_changes_a_refund_that_is_on_its_way_to_the_gateway(status: Status, fact: Fact) -> None:
    with pytest.raises(TransitionNotAllowed):
        next_status(status, fact)


@pytest.mark.parametrize("fact", sorted(Fact))
def test_unknown_becomes_failed_only_by_a_result_of_the_gateway(fact: Fact) -> None:
    fails = TABLE.get((Status.UNKNOWN, fact)) is Status.FAILED

    assert fails is (fact in {Fact.GATEWAY_REFUSED, Fact.GATEWAY_FAILED, Fact.RETRIES_EXHAUSTED})


def test_every_status_has_a_reservation_effect() -> None:
    reserved = {status for status in Status if RESERVATION_EFFECTS[status] is ReservationEffect.RESERVED}
    refunded = {status for status in Status if RESERVATION_EFFECTS[status] is ReservationEffect.REFUNDED}

    assert reserved == AT_GATEWAY | {Status.SUBMITTED, Status.PENDING_APPROVAL}
    assert refunded == {Status.COMPLETED}


def test_whatever_may_move_money_holds_its_amount() -> None:
    assert all(RESERVATION_EFFECTS[status] is not ReservationEffect.NOTHING for status in AT_GATEWAY)


def test_only_what_was_never_sent_can_be_canceled() -> None:
    assert {Status.DRAFT, Status.SUBMITTED, Status.PENDING_APPROVAL, Status.CANCELED} == CANCELABLE
    assert not CANCELABLE & AT_GATEWAY


def test_only_what_holds_its_amount_and_was_never_sent_gives_way_to_money_that_moved() -> None:
    giving_way = {before for before, fact in TABLE if fact is Fact.REFUNDED_AT_GATEWAY}

    assert giving_way == {status for status in CANCELABLE if RESERVATION_EFFECTS[status] is ReservationEffect.RESERVED}


def test_what_waits_for_a_person_is_not_final() -> None:
    assert not WAITS_FOR_PERSON & FINAL


def test_the_page_of_states_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == states_page(), "run scripts/states_page"
