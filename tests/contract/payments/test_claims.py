"""Under contract: due work is claimed by one worker, and may leave out some merchants."""

from datetime import timedelta

import pytest
from tests.support.adapters.stores import Stores
from tests.support.payments.making import IN_SCOPE, LIMITS, NOW, PATH, asking, payment

from refunds.domain.payment.payment import Work
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.payments.payments import Whose


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


LATER = NOW + timedelta(minutes=5)


async def due_of(stores: Stores, **merchants: str) -> None:
    """Payments with due work, and the merchant of each."""
    for number, (payment_id, merchant_id) in enumerate(merchants.items()):
        await stores.payments.add(payment(payment_id, merchant_id=merchant_id, path=(*PATH[:-1], merchant_id)))
        asks = asking(key=f"k{number}", at=NOW + timedelta(seconds=number))
        await stores.payments.change(ALL_TENANTS, payment_id, asks)


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
