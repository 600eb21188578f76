"""What every list of refunds promises (`ports.projections.refund_lists`), fed by a relay on both databases."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from tests.support.adapters.listed_payments import ListedPayments
from tests.support.adapters.sides import Side, in_memory, on_mongodb
from tests.support.payments.making import ELSEWHERE, IN_SCOPE, asking, payment

from refunds.adapters.memory.payments.payments import MemoryPayments
from refunds.domain.errors import InvalidInput
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.payments.payments import PaymentStore
from refunds.ports.projections.refund_lists import RefundFilter, RefundLists


async def filled(payments: PaymentStore) -> None:
    """Three refunds of 10, 20 and 30 on two payments, made in this order."""
    await payments.add(payment())
    await payments.add(payment("pay_02"))
    for payment_id, amount in (("pay_01", 10), ("pay_02", 20), ("pay_01", 30)):
        await payments.change(ALL_TENANTS, payment_id, asking(amount, key=f"k{amount}"))


@asynccontextmanager
async def of_payments() -> AsyncIterator[RefundLists]:
    """Those that tests without a relay use."""
    payments = MemoryPayments()
    await filled(payments)
    yield ListedPayments(payments)


@asynccontextmanager
async def of_relay(opening: AbstractAsyncContextManager[Side]) -> AsyncIterator[RefundLists]:
    """Those that a relay feeds."""
    async with opening as side:
        await filled(side.shop.payments)
        await side.relay()
        yield side.lists


@pytest.fixture(params=["payments", "memory", "mongo"])
def opened(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[RefundLists]:
    """One implementation after the other, its server running."""
    if request.param == "payments":
        return of_payments()
    if request.param == "memory":
        return of_relay(in_memory())
    uri, name = request.getfixturevalue("mongodb_uri"), request.getfixturevalue("mongodb_database")
    return of_relay(on_mongodb(uri, name))


@pytest.fixture
async def lists(opened: AbstractAsyncContextManager[RefundLists]) -> AsyncIterator[RefundLists]:
    """Lists of three refunds."""
    async with opened as present:
        yield present


async def amounts(lists: RefundLists, **wanted: object) -> list[int]:
    page = await lists.list_refunds(IN_SCOPE, RefundFilter(limit=10, **wanted))  # type: ignore[arg-type]
    return [row.amount for row in page.rows]


async def test_refunds_are_listed_newest_first(lists: RefundLists) -> None:
    assert await amounts(lists) == [30, 20, 10]


async def test_pages_follow_each_other_without_gap_or_repeat(lists: RefundLists) -> None:
    first = await lists.list_refunds(IN_SCOPE, RefundFilter(limit=2))
    second = await lists.list_refunds(IN_SCOPE, RefundFilter(limit=2, cursor=first.next_cursor))

    assert [row.amount for row in (*first.rows, *second.rows)] == [30, 20, 10]
    assert second.next_cursor == ""


async def test_all_conditions_hold_together(lists: RefundLists) -> None:
    assert await amounts(lists, payment_id="pay_01", amount_min=11) == [30]
    assert await amounts(lists, status="processing", amount_max=20) == [20, 10]
    assert await amounts(lists, currency="USD") == []


async def test_foreign_refunds_are_not_listed(lists: RefundLists) -> None:
    page = await lists.list_refunds(ELSEWHERE, RefundFilter(limit=10))

    assert not page.rows


@pytest.mark.parametrize("cursor", ["x", "!", "djE6", "é"])
async def test_cursor_of_somebody_else_is_refused(lists: RefundLists, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        await lists.list_refunds(IN_SCOPE, RefundFilter(limit=10, cursor=cursor))
