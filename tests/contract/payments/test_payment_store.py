"""What every store of payments promises (`ports.payments.payments`)."""

import asyncio

import pytest
from tests.support.adapters.stores import Stores
from tests.support.copies import replace
from tests.support.payments.making import ELSEWHERE, IN_SCOPE, LIMITS, NOW, asking, payment
from tests.support.payments.money_limits import whole

from refunds.domain import ids
from refunds.domain.attempt.external_refunds import record_external_refund
from refunds.domain.attempt.gateway_profiles import profile_of
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.errors import (
    AlreadyExists,
    AmountExceedsRefundable,
    PaymentNotFound,
    RefundNotFound,
)
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import cancel_refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.payments.payments import Decide

DRAFT = {"is_submitted": False}


def made_at_gateway(name: str) -> Decide:
    """A decision that records an external refund of 100 with this id at the gateway."""
    result = GatewayResult(kind=ResultKind.SUCCEEDED, gateway_refund_id=name, amount=100)

    def decide(present: Payment) -> Decision:
        refund_id = ids.refund_id(1_772_366_400_000, 1, present.id, present.merchant_id)
        return record_external_refund(present, refund_id, result, "EUR", LIMITS, NOW, "gateway:sandbox")

    return decide


def named_at_gateway(name: str) -> Decide:
    """A decision that records one id more of the payment's first refund at the gateway."""
    result = GatewayResult(kind=ResultKind.SUCCEEDED, gateway_refund_id=name, amount=100, is_under_our_reference=True)

    def decide(present: Payment) -> Decision:
        attempt_id = present.refunds[0].attempts[-1].id
        return record_gateway_result(present, attempt_id, result, LIMITS, NOW, "gateway:sandbox", profile_of("sandbox"))

    return decide


@pytest.mark.parametrize("payment_id", ["pay_none", "", "ref_01"])
async def test_missing_payment_is_not_found(stores: Stores, payment_id: str) -> None:
    with pytest.raises(PaymentNotFound):
        await stores.payments.get(ALL_TENANTS, payment_id)


async def test_change_of_a_payment_that_is_not_there_names_the_field_that_asked_for_it(stores: Stores) -> None:
    with pytest.raises(PaymentNotFound) as missing:
        await stores.payments.change(ALL_TENANTS, "pay_none", asking())

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


async def test_payments_are_found_by_the_gateways_id_of_a_refund(stores: Stores) -> None:
    for number, name in ((1, "gr_1"), (2, "gr_1"), (3, "gr_3")):
        await stores.payments.add(payment(f"pay_0{number}", merchant_id=f"mer_0{number}"))
        await stores.payments.change(IN_SCOPE, f"pay_0{number}", made_at_gateway(name))
    await stores.payments.add(payment("pay_04"))

    found = await stores.payments.ids_by_gateway_refund_id(IN_SCOPE, "sandbox", "gr_1")

    assert found == ["pay_01", "pay_02"]
    assert await stores.payments.ids_by_gateway_refund_id(ELSEWHERE, "sandbox", "gr_1") == []
    assert await stores.payments.ids_by_gateway_refund_id(IN_SCOPE, "stripe", "gr_1") == []
    assert await stores.payments.ids_by_gateway_refund_id(IN_SCOPE, "sandbox", "gr_2") == []


async def test_payments_are_found_by_each_of_several_ids_of_a_refund_at_the_gateway(stores: Stores) -> None:
    names = ["gr_1", "gr_2", "gr_3"]
    await stores.payments.add(payment("pay_01"))
    await stores.payments.add(payment("pay_02", merchant_id="mer_02"))
    await stores.payments.change(IN_SCOPE, "pay_01", made_at_gateway(names[0]))
    await stores.payments.change(IN_SCOPE, "pay_02", made_at_gateway(names[2]))
    for name in names[1:]:
        await stores.payments.change(IN_SCOPE, "pay_01", named_at_gateway(name))

    found = [await stores.payments.ids_by_gateway_refund_id(IN_SCOPE, "sandbox", name) for name in names]

    assert found == [["pay_01"], ["pay_01"], ["pay_01", "pay_02"]]


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


async def test_history_has_all_events_of_one_refund_oldest_first(stores: Stores) -> None:
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


async def test_canceled_refund_gives_its_amount_back(stores: Stores) -> None:
    await stores.payments.add(payment())
    needs_approval = replace(LIMITS, auto_approval_below=whole(0))
    refund = (await stores.payments.change(IN_SCOPE, "pay_01", asking(10_000, limits=needs_approval))).refund

    def cancel(present: Payment) -> Decision:
        return cancel_refund(present, refund.id, NOW, "user_1")

    decision = await stores.payments.change(IN_SCOPE, "pay_01", cancel)

    assert decision.refund.status is Status.CANCELED
    assert (await stores.payments.get(IN_SCOPE, "pay_01")).refundable_amount == 10_000
