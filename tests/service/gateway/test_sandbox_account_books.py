"""The sandbox gateway's books as a verification reads them, over real HTTP."""

from pathlib import Path

import pytest
from tests.service.gateway.sandbox_process import running

from refunds.adapters.gateway_books import SandboxBooks
from refunds.domain.verification.gateway_books import GatewayAccount, Movement
from refunds.ports.gateway.gateway_books import BooksUnavailable


async def test_books_show_each_payment_with_its_movements(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        answer = sandbox.refund("att_1", 60, payment="gp_1").json()
        sandbox.refund("att_2", 40, payment="gp_2")
        sandbox.refund("att_3", 10, payment="gp_3")

        async with SandboxBooks(sandbox.url, page_accounts=2) as books:
            first = await books.page("")
            second = await books.page(first.next_cursor)
            account = await books.account("gp_1")

    assert [a.gateway_payment_id for a in (*first.accounts, *second.accounts)] == ["gp_1", "gp_2", "gp_3"]
    assert second.next_cursor == ""
    movement = Movement(gateway_refund_id=answer["gateway_refund_id"], reference="att_1", amount=60, arn=answer["arn"])
    assert account == GatewayAccount(gateway_payment_id="gp_1", currency="USD", moved=60, movements=(movement,))


async def test_payment_that_the_gateway_never_saw_has_no_account(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        async with SandboxBooks(sandbox.url) as books:
            assert await books.account("gp_none") is None


async def test_books_behind_a_key_are_shown_to_those_who_have_it(tmp_path: Path) -> None:
    with running(tmp_path, API_KEY="k_1") as sandbox:
        async with SandboxBooks(sandbox.url, api_key="k_1") as books:
            assert (await books.page("")).accounts == []
        async with SandboxBooks(sandbox.url) as books:
            with pytest.raises(BooksUnavailable):
                await books.page("")


async def test_gateway_that_does_not_answer_is_reported() -> None:
    async with SandboxBooks("http://127.0.0.1:9", timeout_s=1.0) as books:
        with pytest.raises(BooksUnavailable):
            await books.page("")
