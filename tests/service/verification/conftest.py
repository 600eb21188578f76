"""An instance whose data is verified."""

import pytest
from tests.service.verification.verified_instance import Database, Instance
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop

from refunds.adapters.memory.gateway.gateway_books import MemoryBooks
from refunds.domain.verification.gateway_books import Movement


@pytest.fixture
async def instance(database: Database) -> Instance:
    """An instance in which all is well."""
    await Shop(database).busy_hour(9)
    await run_dry(relay_of(database), database)
    books = MemoryBooks()
    async for payment in database["payments"].find():
        for refund in payment["refunds"]:
            for attempt in refund["attempts"]:
                moved = Movement(
                    gateway_refund_id=attempt["gateway_refund_id"],
                    reference=attempt["id"],
                    amount=refund["amount"],
                    arn=refund["arn"],
                )
                back = Movement(
                    gateway_refund_id=attempt["gateway_refund_id"], reference=attempt["id"], amount=-refund["amount"]
                )
                if refund["status"] in ("completed", "reversed"):
                    books.move(payment["gateway_payment_id"], payment["currency"], moved)
                if refund["status"] == "reversed":
                    books.move(payment["gateway_payment_id"], payment["currency"], back)
    return Instance(database, books)
