"""The updates of list, roll-ups, ledger and audit log for a batch of changes."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.support.copies import replace

from refunds.domain import ids
from refunds.domain.audit.hash_chain import AuditEntry, ChainHead, empty_chain, extend, first_break, follow
from refunds.domain.ledger.roll_ups import RollUpDimensions, RollUpKey, roll_up
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.outbox import PaymentChange, RefundState
from refunds.ports.projections.read_models import Applied, Listed
from refunds.usecases.projections.project_changes import build_missing_updates, build_updates
from refunds.usecases.projections.status_counts import count_statuses

NOW = datetime(2025, 3, 1, 23, 59, 59, tzinfo=UTC)
PATH = ("platform", "bnk_1", "mer_1")


def an_event(version: int, kind: EventType, status: str, from_status: str = "", refund_id: str = "ref_1") -> Event:
    return Event(
        id=ids.event_id("pay_1", version, 0),
        type=kind,
        at=NOW + timedelta(seconds=version),
        refund_id=refund_id,
        actor="usr_1",
        from_status=from_status,
        status=status,
        amount=100,
    )


def a_change(version: int, event: Event, reason: str = "duplicate", gateway: str = "sandbox") -> PaymentChange:
    state = RefundState(
        id=event.refund_id,
        status=event.status,
        status_reason="",
        amount=100,
        method="original_payment",
        reason=reason,
        created_by="usr_1",
        created_at=NOW,
        updated_at=event.at,
    )
    return PaymentChange(
        payment_id="pay_1",
        version=version,
        merchant_id="mer_1",
        path=PATH,
        currency="EUR",
        gateway=gateway,
        payment_method="ach",
        items=(event,),
        refunds=(state,) if event.refund_id else (),
    )


CAPTURED = a_change(1, an_event(1, EventType.PAYMENT_CAPTURED, "captured", refund_id=""))
REQUESTED = a_change(2, an_event(2, EventType.REFUND_REQUESTED, "draft"))
COMPLETED = a_change(3, an_event(3, EventType.REFUND_COMPLETED, "completed", "processing"))
NOTHING_APPLIED = Applied(listed={}, posted=frozenset(), audited={})


def test_refund_that_changes_twice_in_a_batch_is_one_new_row() -> None:
    rows = build_updates([CAPTURED, REQUESTED, COMPLETED]).rows

    assert [(row.row.id, row.row.status, row.version, row.is_new) for row in rows] == [("ref_1", "completed", 3, True)]


def test_row_of_a_refund_requested_earlier_is_not_new() -> None:
    assert [row.is_new for row in build_updates([COMPLETED]).rows] == [False]


def test_roll_ups_split_the_day_at_midnight_utc() -> None:
    days = roll_up([REQUESTED, COMPLETED])

    assert {key.day for key in days} == {date(2025, 3, 2)}
    assert RollUpKey(date(2025, 3, 1), "mer_1", PATH) not in days


def test_codes_that_callers_choose_are_counted_as_other() -> None:
    event = an_event(2, EventType.REFUND_REQUESTED, "draft")

    days = roll_up([a_change(2, event, reason="made.up$", gateway="nobody")])

    ((cell, tally),) = next(iter(days.values())).items()
    assert cell == RollUpDimensions("ach", "other", "EUR", "other", "", "draft")
    assert (tally.count, tally.amount) == (1, 100)


def test_ledger_takes_money_movements_only() -> None:
    entries = build_updates([CAPTURED, REQUESTED, COMPLETED]).ledger

    assert [(entry.kind, entry.gateway_amount) for entry in entries] == [
        ("payment.captured", 100),
        ("refund.completed", -100),
    ]


def test_every_version_is_one_audit_entry_with_the_same_bytes_each_time() -> None:
    first, again = (build_updates([CAPTURED, REQUESTED]).audit for _ in range(2))

    assert [(entry.chain, entry.subject, entry.version) for entry in first] == [
        ("mer_1", "pay_1", 1),
        ("mer_1", "pay_1", 2),
    ]
    assert first == again


def test_nothing_of_what_is_applied_is_built_again() -> None:
    changes = [CAPTURED, REQUESTED, COMPLETED]

    entries = {entry.id for entry in build_updates(changes).ledger}
    of_this_release = Listed(version=3, counted=[2, 3])
    all_held = Applied(listed={"ref_1": of_this_release}, posted=entries, audited={"pay_1": {1, 2, 3}})
    of_an_earlier_one = replace(all_held, listed={"ref_1": Listed(version=3)})

    assert build_missing_updates(changes, of_an_earlier_one).is_empty
    assert build_missing_updates(changes, all_held).is_empty
    assert build_missing_updates(changes, NOTHING_APPLIED) == build_updates(changes)


def test_audit_log_that_is_ahead_of_the_lists_is_left_alone() -> None:
    updates = build_missing_updates([REQUESTED], Applied(listed={}, posted=frozenset(), audited={"pay_1": {2}}))

    assert len(updates.rows) == 1
    assert updates.audit == []


def test_version_that_is_missing_between_others_is_built_alone_and_leaves_the_row_as_it_is() -> None:
    late = a_change(4, an_event(4, EventType.REFUND_REVERSED, "reversed", "completed"))
    changes = [CAPTURED, REQUESTED, COMPLETED, late]
    posted = {entry.id for entry in build_updates(changes).ledger if entry.kind != "refund.completed"}
    held = Applied(
        listed={"ref_1": Listed(version=4, counted=[2, 4])}, posted=posted, audited={"pay_1": frozenset({1, 2, 4})}
    )

    updates = build_missing_updates(changes, held)

    assert [entry.kind for entry in updates.ledger] == ["refund.completed"]
    assert [(row.version, row.counted, row.is_outdated) for row in updates.rows] == [(3, (3,), True)]
    assert updates.roll_ups == roll_up([COMPLETED])
    assert [(entry.version, b'"is_late":true' in entry.body) for entry in updates.audit] == [(3, True)]


def test_row_holds_what_it_counted_and_what_came_before_that() -> None:
    assert [Listed(version=9, counted=[4, 6]).holds(version) for version in range(3, 8)] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert [Listed(version=4).holds(version) for version in (3, 4, 5)] == [True, True, False]


bodies = st.lists(st.binary(max_size=20), min_size=2, max_size=8)


def a_chain_of(found: list[bytes]) -> tuple[list[AuditEntry], ChainHead]:
    entries = [AuditEntry(chain="mer_1", subject=f"s{n}", version=1, body=body) for n, body in enumerate(found)]
    last = extend(empty_chain("mer_1"), entries)[-1]
    return entries, ChainHead(chain="mer_1", seq=last.seq, hash=last.hash)


@given(bodies, st.integers(min_value=1, max_value=7))
def test_chain_holds_wherever_it_is_read_in_parts(found: list[bytes], cut: int) -> None:
    entries, head = a_chain_of(found)
    links = extend(empty_chain("mer_1"), entries)

    middle, first_part = follow(empty_chain("mer_1"), links[:cut])
    end, second_part = follow(middle, links[cut:])

    assert (first_part, second_part, end) == (None, None, head)


@given(bodies, st.data())
def test_any_removal_or_exchange_breaks_the_chain(found: list[bytes], data: st.DataObject) -> None:
    entries, head = a_chain_of(found)
    links = extend(empty_chain("mer_1"), entries)
    place = data.draw(st.integers(min_value=0, max_value=len(links) - 1))
    other = data.draw(st.integers(min_value=0, max_value=len(links) - 1).filter(lambda n: n != place))
    exchanged = list(links)
    exchanged[place], exchanged[other] = links[other], links[place]

    assert first_break([*links[:place], *links[place + 1 :]], head) is not None
    assert first_break(exchanged, head) == min(place, other) + 1
    assert first_break(links, head) is None


def test_each_change_of_a_refunds_status_is_counted_with_its_amount_by_currency() -> None:
    approval = a_change(4, an_event(4, EventType.REFUND_APPROVAL_GIVEN, "completed", "completed"))

    counts = count_statuses([CAPTURED, REQUESTED, COMPLETED, approval, REQUESTED])

    assert counts == {("draft", "EUR"): (2, 200), ("completed", "EUR"): (1, 100)}
