"""Every movement of money is one entry that sums to zero; what moves none posts nothing; repeats post nothing new."""

import pytest
from tests.support.payments.payments import NOW

from refunds.domain.ledger.ledger import LedgerEntry, entry_of
from refunds.domain.payment.events import Event, EventType

MOVING = {
    EventType.PAYMENT_CAPTURED: 60,
    EventType.REFUND_COMPLETED: -60,
    EventType.EXTERNAL_REFUND_RECORDED: -60,
    EventType.REFUND_REVERSED: 60,
}


def posted(type_: EventType, id_: str = "evt_1_2_0") -> LedgerEntry | None:
    event = Event(
        id=id_, type=type_, at=NOW, refund_id="ref_1", actor="a", from_status="", status="", amount=60, code=""
    )
    return entry_of(event, "pay_1", "mer_1", "EUR")


@pytest.mark.parametrize("type_", sorted(EventType))
def test_an_event_posts_what_it_moves_and_nothing_else(type_: EventType) -> None:
    entry = posted(type_)

    assert (entry.gateway_amount if entry else 0) == MOVING.get(type_, 0)


@pytest.mark.parametrize("type_", sorted(MOVING))
def test_an_entry_sums_to_zero(type_: EventType) -> None:
    entry = posted(type_)

    assert entry is not None
    assert entry.gateway_amount + entry.merchant_amount == 0


def test_completed_and_then_reversed_is_as_if_nothing_had_moved() -> None:
    entries = [posted(EventType.REFUND_COMPLETED), posted(EventType.REFUND_REVERSED)]

    assert sum(entry.gateway_amount for entry in entries if entry) == 0


def test_the_same_event_posts_the_same_entry_and_another_one_another() -> None:
    first, again = posted(EventType.REFUND_COMPLETED), posted(EventType.REFUND_COMPLETED)
    other = posted(EventType.REFUND_COMPLETED, "evt_1_3_0")

    assert first is not None
    assert other is not None
    assert first == again
    assert first.id != other.id
