"""Whatever a payment's refunds hold and go through, the room reckoned for each covers its bytes in the store."""

from datetime import timedelta

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.copies import replace
from tests.support.examples import examples
from tests.support.payments.making import NOW, asking, payment

from refunds.adapters.mongo.payments.documents import to_fields
from refunds.adapters.mongo.payments.outbox_codec import encode_event
from refunds.adapters.mongo.stored_forms import PAYMENT, REFUND
from refunds.domain.errors import PaymentFull
from refunds.domain.payment.attempt import Attempt
from refunds.domain.payment.document_budget import CHECKED_FROM, EVENTS_KEPT, REFUNDS_BYTES_MAX, check_room, room_of
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.payment import Approval, LineItem, Reason, Refund, Violation
from refunds.domain.payment.states import FINAL, Status
from refunds.domain.payment.status_reason import StatusReason

LETTERS = st.sampled_from(["a", "é", "€", "\U0001f600"])
DOCUMENT_BYTES_MAX = 16 * 1024 * 1024


def texts(chars_max: int) -> st.SearchStrategy[str]:
    """A text of one letter that takes one to four bytes."""
    return st.builds(lambda letter, count: letter * count, LETTERS, st.integers(0, chars_max))


@st.composite
def refunds(draw: st.DrawFn) -> Refund:
    """A refund with anything that the api lets in, at any status, gone through anything."""
    refund = asking(1_000, key="k" * draw(st.integers(1, 255)))(payment()).refund
    lines = [
        LineItem(id=draw(texts(64)), amount=10**15, tax_amount=10**15, quantity=10**6, description=draw(texts(200)))
    ] * draw(st.integers(0, 100))
    approval = Approval(by=draw(texts(255)), role="platform_admin", decision="approved", at=NOW, text=draw(texts(500)))
    broken = Violation(code="x" * 60, category="y" * 20, pointer="/amount", message=draw(texts(300)), remediation="z")
    attempt = Attempt(
        id=f"att_{'x' * 60}",
        gateway="g" * 40,
        tries=2**31,
        outcome="succeeded",
        gateway_refund_id="i" * 128,
        error_code="merchant_account_problem",
        error_raw="r" * 64,
        at=NOW,
        asks=2**31,
        unsent=2**31,
        unsent_since=NOW,
        first_sent_at=NOW,
        is_acknowledged=True,
        outcome_at=NOW,
    )
    return replace(
        refund,
        amount=10**15,
        status=draw(st.sampled_from(Status)),
        reason=Reason(code="c" * 64, text=draw(texts(500))),
        status_reason=StatusReason(
            code="c" * 64, text=draw(texts(500)), detail="d" * 30, facts={"raw_code": draw(texts(64))}
        ),
        created_by=draw(texts(255)),
        line_items=tuple(lines),
        metadata={f"{n:040d}": draw(texts(200)) for n in range(draw(st.integers(0, 20)))},
        approvals=(approval,) * draw(st.integers(0, 5)),
        violations=(broken,) * draw(st.integers(0, 6)),
        attempts=(attempt,),
        arn="7" * 128,
        expected_at=NOW,
        due_at=NOW,
        history_count=draw(st.integers(1, 40)),
    )


def stored_bytes(refund: Refund) -> int:
    """Its bytes in the document at this moment, its history of people's and gateways' events included."""
    told = Event(
        id=f"evt_{'p' * 44}_{10**9}_{60}_{'w' * 40}",
        type=EventType.REFUND_APPROVAL_REQUESTED,
        at=NOW + timedelta(days=1),
        refund_id=refund.id,
        actor="gateway:" + "g" * 40,
        from_status="validation_failed",
        status="validation_failed",
        amount=10**15,
        code="c" * 64,
    )
    by_people = [replace(told, actor=refund.created_by)] * 2
    by_people += [replace(told, actor=approval.by) for approval in refund.approvals]
    count = min(refund.history_count, EVENTS_KEPT)
    history = [encode_event(event) for event in [*by_people, *[told] * EVENTS_KEPT][:count]]
    return len(bson.encode({"1999": to_fields(refund, REFUND) | {"history": history}}))


@settings(max_examples=examples(150), deadline=None)
@given(refunds())
def test_room_covers_what_is_stored_and_is_kept_for_later_events_until_the_refund_has_ended(
    refund: Refund,
) -> None:
    whole = replace(refund, history_count=refund.history_count if refund.status in FINAL else EVENTS_KEPT)

    assert room_of(refund) >= stored_bytes(whole)


@settings(max_examples=examples(50), deadline=None)
@given(refunds())
def test_room_is_no_more_than_texts_need_but_for_what_an_outcome_may_add(refund: Refund) -> None:
    """A bound that is far from the truth would refuse what fits."""
    assert room_of(refund) <= 2 * stored_bytes(refund) + 40_000


def test_fewer_refunds_than_are_summed_up_fit_however_large_they_are() -> None:
    letter = "\U0001f600"
    largest = replace(
        asking(1_000, key="k" * 255)(payment()).refund,
        status=Status.DRAFT,
        reason=Reason(code="c" * 64, text=letter * 500),
        created_by="u" * 255,
        line_items=(LineItem(id=letter * 64, amount=1, description=letter * 200),) * 100,
        metadata={f"{n:040d}": letter * 200 for n in range(20)},
    )

    assert CHECKED_FROM * room_of(largest) <= REFUNDS_BYTES_MAX


def test_as_many_small_refunds_as_a_parameter_allows_are_under_way_at_one_time() -> None:
    small = replace(asking()(payment()).refund, status=Status.PROCESSING, metadata={"sandbox": "tok_ok"})

    check_room(replace(payment(), refunds=(small,) * 1_999), small)


def test_what_does_not_fit_is_refused_and_names_the_bound() -> None:
    present = payment()
    large = replace(asking()(present).refund, line_items=(LineItem(id="x", amount=1, description="y" * 200),) * 400)
    count = REFUNDS_BYTES_MAX // room_of(large)
    full = replace(present, refunds=(large,) * count)

    check_room(replace(present, refunds=(large,) * (count - 1)), large)
    with pytest.raises(PaymentFull, match=str(REFUNDS_BYTES_MAX)) as refused:
        check_room(full, large)
    assert refused.value.pointer == "/payment_id"


def test_rest_of_a_document_is_enough_for_a_payments_own_fields_and_the_events_of_one_version() -> None:
    letter = "\U0001f600"
    own = replace(
        payment(),
        line_items=(LineItem(id=letter * 64, amount=10**15, description=letter * 200),) * 100,
        metadata={f"{n:040d}": letter * 200 for n in range(20)},
    )

    assert len(bson.encode(to_fields(replace(own, events=()), PAYMENT))) < 256 * 1024
    assert REFUNDS_BYTES_MAX + 2 * 256 * 1024 < DOCUMENT_BYTES_MAX
