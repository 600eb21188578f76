"""What a gateway's own books promise (`ports.gateway.gateway_books`), over HTTP and in memory alike."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from tests.support.gateway.gateway_sides import GatewaySide, a_submission, over_http, simulated


@pytest.fixture(params=["memory", "http"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> AbstractAsyncContextManager[GatewaySide]:
    """One implementation after the other."""
    return simulated() if request.param == "memory" else over_http(tmp_path)


@pytest.fixture
async def side(opening: AbstractAsyncContextManager[GatewaySide]) -> AsyncIterator[GatewaySide]:
    """A gateway that moved 10 of each of five payments."""
    async with opening as opened:
        for number in range(1, 6):
            order = a_submission(attempt_id=f"att_{number}", amount=10, gateway_payment_id=f"gp_{number}")
            await opened.gateway.submit(order)
        yield opened


async def test_pages_show_every_account_once_and_end(side: GatewaySide) -> None:
    accounts, cursor, pages = [], "", 0
    while cursor or not pages:
        page = await side.books.page(cursor)
        accounts += page.accounts
        cursor, pages = page.next_cursor, pages + 1

    assert pages == 3
    assert [account.gateway_payment_id for account in accounts] == [f"gp_{number}" for number in range(1, 6)]
    assert {(account.moved, account.currency) for account in accounts} == {(10, "USD")}


async def test_account_names_each_movement_by_the_attempt_that_asked_for_it(side: GatewaySide) -> None:
    account = await side.books.account("gp_2")

    assert side.books.gateway == side.gateway.name
    assert account is not None
    assert [(m.reference, m.amount, len(m.arn)) for m in account.movements] == [("att_2", 10, 23)]
    assert account.movements[0].gateway_refund_id == (await side.query_status("att_2")).gateway_refund_id


async def test_payment_of_which_nothing_moved_has_no_account(side: GatewaySide) -> None:
    assert await side.books.account("gp_none") is None
