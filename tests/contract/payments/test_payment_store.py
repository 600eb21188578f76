"""What every store of payments promises (`ports.payments.payments`)."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.adapters.stores import Stores
from tests.support.payments.making import ELSEWHERE, IN_SCOPE, LIMITS, NOW, PATH, asking, payment
from tests.support.payments.money_limits import whole

from refunds.domain.errors import (
    AlreadyExists,
    AmountExceedsRefundable,
    KeyReused,
    PaymentNotFound,
    RefundNotFound,
)
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import Decision, LineItem, Payment, Work
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import cancel_refund
from refunds.domain.tenancy import EVERYTHING
from refunds.ports.payments.payments import Whose

DRAFT = {"is_submitted": False}


async def test_stored_payment_is_read_as_it_was_added(stores: Stores) -> None:
    made = payment(line_items=(LineItem(id="a", amount=10_000, tax_amount=1_900),), metadata={"order": "1"})

    added, is_replayed = await stores.payments.add(made)
    read = await stores.payments.get(IN_SCOPE, made.id)

    assert not is_replayed
    assert read == added == replace(made, events=())


async def test_repeated_request_of_a_payment_is_answered_by_the_first(stores: Stores) -> None:
    first, _ = await stores.payments.add(payment())

    again, is_replayed = await stores.payments.add(payment())

    assert is_replayed
    assert again == first


async def test_repeated_request_without_an_own_id_is_answered_by_the_first(stores: Stores) -> None:
    first, _ = await stores.payments.add(payment())

    again, is_replayed = await stores.payments.add(payment("pay_02", idempotency_key="key-pay_01"))

    assert is_replayed
    assert again.id == first.id


async def test_key_of_a_payment_with_another_body_is_refused(stores: Stores) -> None:
    await stores.payments.add(payment())

    with pytest.raises(KeyReused):
        await stores.payments.add(payment("pay_02", idempotency_key="key-pay_01", fingerprint="other"))


async def test_same_key_of_another_merchant_is_another_request(stores: Stores) -> None:
    await stores.payments.add(payment())

    other = payment("pay_02", merchant_id="mer_02", path=(*PATH[:-1], "mer_02"), idempotency_key="key-pay_01")
    _, is_replayed = await stores.payments.add(other)

    assert not is_replayed


async def test_id_of_a_payment_is_taken_once(stores: Stores) -> None:
    await stores.payments.add(payment())

    with pytest.raises(AlreadyExists):
        await stores.payments.add(payment(idempotency_key="other", gateway_payment_id="other"))


async def test_captured_payment_at_a_gateway_is_recorded_once(stores: Stores) -> None:
    await stores.payments.add(payment())

    with pytest.raises(AlreadyExists):
        await stores.payments.add(payment("pay_02", gateway_payment_id="gw_pay_01"))


async def test_captured_payment_is_recorded_once_also_by_another_merchant(stores: Stores) -> None:
    await stores.payments.add(payment())

    with pytest.raises(AlreadyExists):
        await stores.payments.add(
            payment("pay_02", merchant_id="mer_02", idempotency_key="other", gateway_payment_id="gw_pay_01")
        )


@pytest.mark.parametrize("payment_id", ["pay_none", "", "ref_01"])
async def test_missing_payment_is_not_found(stores: Stores, payment_id: str) -> None:
    with pytest.raises(PaymentNotFound):
        await stores.payments.get(EVERYTHING, payment_id)


async def test_change_of_a_payment_that_is_not_there_names_the_field_that_asked_for_it(stores: Stores) -> None:
    with pytest.raises(PaymentNotFound) as missing:
        await stores.payments.change(EVERYTHING, "pay_none", asking())

    assert missing.value.pointer == "/payment_id"


async def test_foreign_payment_is_not_found(stores: Stores) -> None:
    await stores.payments.add(payment())

    with pytest.raises(PaymentNotFound):
        await stores.payments.get(ELSEWHERE, "pay_01")
    with pytest.raises(PaymentNotFound):
        await stores.payments.change(ELSEWHERE, "pay_01", asking())
    with pytest.raises(PaymentNotFound):
        await stores.payments.get_by_gateway_id(ELSEWHERE, "sandbox", "gw_pay_01")


async def test_change_is_stored_with_a_new_version_before_it_returns(stores: Stores) -> None:
    added, _ = await stores.payments.add(payment())

    decision = await stores.payments.change(IN_SCOPE, "pay_01", asking(1_000))
    read = await stores.payments.get(IN_SCOPE, "pay_01")

    assert read.reserved_amount == 1_000
    assert read.version == decision.payment.version > added.version
    assert read.refund(decision.refund.id) == decision.refund
    assert not decision.payment.events


async def test_decision_that_changes_nothing_keeps_the_version(stores: Stores) -> None:
    await stores.payments.add(payment())
    first = await stores.payments.change(IN_SCOPE, "pay_01", asking())

    again = await stores.payments.change(IN_SCOPE, "pay_01", asking())

    assert again.replayed
    assert again.refund.id == first.refund.id
    assert again.payment.version == first.payment.version


async def test_refused_decision_stores_nothing(stores: Stores) -> None:
    added, _ = await stores.payments.add(payment())

    with pytest.raises(AmountExceedsRefundable):
        await stores.payments.change(IN_SCOPE, "pay_01", asking(10_001))

    assert await stores.payments.get(IN_SCOPE, "pay_01") == added


async def test_key_of_a_refund_is_taken_once_in_all_payments_of_a_merchant(stores: Stores) -> None:
    await stores.payments.add(payment())
    await stores.payments.add(payment("pay_02"))
    await stores.payments.change(IN_SCOPE, "pay_01", asking(key="same"))

    with pytest.raises(AlreadyExists):
        await stores.payments.change(IN_SCOPE, "pay_02", asking(key="same"))

    assert not (await stores.payments.get(IN_SCOPE, "pay_02")).refunds


async def test_payment_is_found_by_its_refund_key_and_gateway_id(stores: Stores) -> None:
    await stores.payments.add(payment())
    refund = (await stores.payments.change(IN_SCOPE, "pay_01", asking(key="k"))).refund

    by_refund = await stores.payments.get_by_refund(IN_SCOPE, refund.id)
    by_key = await stores.payments.get_by_key(IN_SCOPE, "mer_01", "k")
    by_gateway = await stores.payments.get_by_gateway_id(IN_SCOPE, "sandbox", "gw_pay_01")

    assert by_key is not None
    assert by_refund.id == by_key.id == by_gateway.id == "pay_01"
    assert by_refund.refund(refund.id) == refund


async def test_what_was_written_is_read_back_at_once(stores: Stores) -> None:
    await stores.payments.add(payment())
    decision = await stores.payments.change(IN_SCOPE, "pay_01", asking())

    written = await stores.payments.get_written(IN_SCOPE, "pay_01")

    assert written == decision.payment
    with pytest.raises(PaymentNotFound):
        await stores.payments.get_written(ELSEWHERE, "pay_01")


async def test_unknown_and_foreign_refunds_are_not_found(stores: Stores) -> None:
    await stores.payments.add(payment())
    refund = (await stores.payments.change(IN_SCOPE, "pay_01", asking(key="k"))).refund

    for scope, refund_id in (
        (ELSEWHERE, refund.id),
        (IN_SCOPE, refund.id[:-1] + "0"),
        (IN_SCOPE, "ref_x"),
        (IN_SCOPE, ""),
    ):
        if refund_id != refund.id or scope is ELSEWHERE:
            with pytest.raises(RefundNotFound):
                await stores.payments.get_by_refund(scope, refund_id)
            with pytest.raises(RefundNotFound):
                await stores.payments.history(scope, refund_id)
    assert await stores.payments.get_by_key(ELSEWHERE, "mer_01", "k") is None
    assert await stores.payments.get_by_key(IN_SCOPE, "mer_01", "none") is None


async def test_history_tells_all_events_of_one_refund_oldest_first(stores: Stores) -> None:
    await stores.payments.add(payment())
    await stores.payments.change(IN_SCOPE, "pay_01", asking(key="other"))
    refund = (await stores.payments.change(IN_SCOPE, "pay_01", asking(key="k", **DRAFT))).refund
    await stores.payments.change(IN_SCOPE, "pay_01", lambda p: cancel_refund(p, refund.id, NOW, "user_2"))

    history = await stores.payments.history(IN_SCOPE, refund.id)

    assert [event.type for event in history] == [EventType.REFUND_REQUESTED, EventType.REFUND_CANCELED]
    assert [event.actor for event in history] == ["user_1", "user_2"]
    assert len({event.id for event in history}) == 2


async def test_sixty_four_at_once_never_reserve_more_than_was_captured(stores: Stores) -> None:
    await stores.payments.add(payment())

    async def ask(number: int) -> Decision | None:
        try:
            return await stores.payments.change(IN_SCOPE, "pay_01", asking(6_000, key=f"k{number}"))
        except AmountExceedsRefundable:
            return None

    made = [decision for decision in await asyncio.gather(*map(ask, range(64))) if decision is not None]

    assert len(made) == 1
    assert (await stores.payments.get(IN_SCOPE, "pay_01")).reserved_amount == 6_000


async def test_one_key_at_once_makes_one_refund(stores: Stores) -> None:
    await stores.payments.add(payment())

    asked = [stores.payments.change(IN_SCOPE, "pay_01", asking(100, key="same")) for _ in range(64)]
    decisions = await asyncio.gather(*asked)

    assert len({decision.refund.id for decision in decisions}) == 1
    assert sum(not decision.replayed for decision in decisions) == 1


async def test_due_work_is_claimed_by_one_worker_until_its_lease_ends(stores: Stores) -> None:
    await stores.payments.add(payment())
    await stores.payments.add(payment("pay_02"))
    await stores.payments.change(IN_SCOPE, "pay_01", asking())
    later = NOW + timedelta(seconds=LIMITS.gateway_lease_s + 1)

    early = await stores.payments.claim_due(Work.GATEWAY, NOW, 10, 5)
    other_work = await stores.payments.claim_due(Work.REVIEW, later, 10, 5)
    first = await stores.payments.claim_due(Work.GATEWAY, later, 10, 5)
    second = await stores.payments.claim_due(Work.GATEWAY, later + timedelta(seconds=5), 10, 5)
    after_lease = await stores.payments.claim_due(Work.GATEWAY, later + timedelta(seconds=11), 10, 5)

    assert not early
    assert not other_work
    assert [claimed.id for claimed in first] == ["pay_01"]
    assert not second
    assert [claimed.id for claimed in after_lease] == ["pay_01"]


async def test_at_most_so_many_payments_are_claimed_as_asked(stores: Stores) -> None:
    for number in range(5):
        await stores.payments.add(payment(f"pay_{number}"))
        await stores.payments.change(IN_SCOPE, f"pay_{number}", asking(key=f"k{number}"))

    claimed = await stores.payments.claim_due(Work.GATEWAY, NOW + timedelta(minutes=5), 10, 3)

    assert len(claimed) == 3


async def test_canceled_refund_gives_its_amount_back(stores: Stores) -> None:
    await stores.payments.add(payment())
    needs_approval = replace(LIMITS, auto_approval_below=whole(0))
    refund = (await stores.payments.change(IN_SCOPE, "pay_01", asking(10_000, limits=needs_approval))).refund

    def cancel(present: Payment) -> Decision:
        return cancel_refund(present, refund.id, NOW, "user_1")

    decision = await stores.payments.change(IN_SCOPE, "pay_01", cancel)

    assert decision.refund.status is Status.CANCELED
    assert (await stores.payments.get(IN_SCOPE, "pay_01")).refundable_amount == 10_000


LATER = NOW + timedelta(minutes=5)


async def due_of(stores: Stores, **merchants: str) -> None:
    """Payments with due work, and the merchant of each."""
    for number, (payment_id, merchant_id) in enumerate(merchants.items()):
        await stores.payments.add(payment(payment_id, merchant_id=merchant_id, path=(*PATH[:-1], merchant_id)))
        asks = asking(key=f"k{number}", at=NOW + timedelta(seconds=number))
        await stores.payments.change(EVERYTHING, payment_id, asks)


@pytest.mark.parametrize(
    ("whose", "claimed"),
    [
        (Whose(), {"pay_1", "pay_2", "pay_3", "pay_4"}),
        (Whose(without=frozenset({"mer_1", "mer_3"})), {"pay_3"}),
        (Whose(only=frozenset({"mer_1", "mer_2"})), {"pay_1", "pay_2", "pay_3"}),
        (Whose(only=frozenset({"mer_1", "mer_2"}), without=frozenset({"mer_2"})), {"pay_1", "pay_2"}),
        (Whose(only=frozenset()), set()),
        (Whose(is_one_each=True), {"pay_1", "pay_3", "pay_4"}),
        (Whose(gateways_without=frozenset({"other"})), {"pay_1", "pay_2", "pay_3", "pay_4"}),
        (Whose(gateways_without=frozenset({"sandbox"})), set()),
    ],
)
async def test_work_of_those_left_out_is_not_claimed(stores: Stores, whose: Whose, claimed: set[str]) -> None:
    await due_of(stores, pay_1="mer_1", pay_2="mer_1", pay_3="mer_2", pay_4="mer_3")

    found = await stores.payments.claim_due(Work.GATEWAY, LATER, 10, 100, whose)

    assert {one.id for one in found} == claimed


async def test_work_that_was_left_out_is_claimed_at_once_when_it_is_not_any_more(stores: Stores) -> None:
    await due_of(stores, pay_1="mer_1")

    nothing = await stores.payments.claim_due(Work.GATEWAY, LATER, 10, 5, Whose(without=frozenset({"mer_1"})))
    found = await stores.payments.claim_due(Work.GATEWAY, LATER, 10, 5)

    assert not nothing
    assert [one.id for one in found] == ["pay_1"]
