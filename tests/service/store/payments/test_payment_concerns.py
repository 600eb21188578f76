"""Every command of the payment store says its read and its write concern; only what feeds a write reads locally."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent
from tests.support.payments.payments import LIMITS, NOW, a_payment, a_request, seconds

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.adapters.mongo.settings.parameters import MongoParameterStore
from refunds.adapters.mongo.settings.tenants import MongoTenantStore
from refunds.domain.errors import AmountExceedsRefundable
from refunds.domain.payment.payment import Payment, Work
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.tenancy import ALL_TENANTS, PLATFORM, Tenant, TenantKind

IDS = SystemIds()
DURABLE = {"w": "majority", "j": True}


class Listener(CommandListener):
    """Keeps every command but those of the connection itself."""

    def __init__(self) -> None:
        self.commands: list[Mapping[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        """A command is about to be sent."""
        if event.command_name not in ("hello", "ping", "endSessions", "killCursors"):
            self.commands.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to keep."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to keep."""

    def named(self, name: str) -> list[Mapping[str, Any]]:
        """The commands of that name."""
        return [command for command in self.commands if name in command]

    def levels(self) -> list[str]:
        """The read concern of each find, in order."""
        return [command["readConcern"]["level"] for command in self.named("find")]


@pytest.fixture
async def received(
    mongodb_uri: str, mongodb_database: str, database: AsyncDatabase[Any]
) -> AsyncIterator[tuple[AsyncDatabase[Any], Listener]]:
    """A database whose commands are all received."""
    listener = Listener()
    client = connect(mongodb_uri, listeners=(listener,))
    yield open_database(client, mongodb_database), listener
    await client.close()


def new_payment() -> Payment:
    payment_id = IDS.new("pay")
    return a_payment(100, id=payment_id, gateway_payment_id=f"gw_{payment_id}", idempotency_key=f"key_{payment_id}")


async def refund(store: MongoPaymentStore, payment: Payment, amount: int, key: str = "") -> str:
    command = a_request(amount, key=key, payment=payment)
    decision = await store.change(ALL_TENANTS, payment.id, lambda p: request_refund(p, command, LIMITS, NOW))
    return decision.refund.id


async def test_every_command_of_a_payments_life_names_its_concerns(
    received: tuple[AsyncDatabase[Any], Listener],
) -> None:
    database, listener = received
    store = MongoPaymentStore(database, IDS.write_token)
    payment, _ = await store.add(new_payment())
    await store.add(payment)
    refund_id = await refund(store, payment, 60, key="k")
    await refund(store, payment, 60, key="k")
    await store.get(ALL_TENANTS, payment.id)
    await store.get_by_refund(ALL_TENANTS, refund_id)
    await store.get_by_key(ALL_TENANTS, payment.merchant_id, "k")
    await store.get_by_gateway_id(ALL_TENANTS, payment.gateway, payment.gateway_payment_id)
    await store.history(ALL_TENANTS, refund_id)
    await store.claim_due(Work.GATEWAY, NOW + seconds(60), 20, 10)

    writes = listener.named("insert") + listener.named("update")
    reads = listener.named("find")
    assert len(writes) + len(reads) == len(listener.commands)
    assert (len(writes), len(reads)) == (4, 11)
    assert all(DURABLE.items() <= command["writeConcern"].items() for command in writes)
    assert set(listener.levels()) == {"majority", "local"}
    assert not any(statement.get("upsert") for command in listener.named("update") for statement in command["updates"])


async def test_updates_of_payments_are_durable_and_carry_no_number_for_a_retry_by_the_driver(
    database: AsyncDatabase[Any], mongodb_uri: str, mongodb_database: str
) -> None:
    listener = Listener()
    async with connect(mongodb_uri, retries_writes=False, listeners=(listener,)) as client:
        updates = open_database(client, mongodb_database)
        store = MongoPaymentStore(database, IDS.write_token, updates=updates)
        payment, _ = await store.add(new_payment())
        await refund(store, payment, 60)

    assert [next(iter(command)) for command in listener.commands] == ["update"]
    assert DURABLE.items() <= listener.commands[0]["writeConcern"].items()
    assert "txnNumber" not in listener.commands[0]


async def test_what_is_answered_from_a_read_was_read_from_the_majority(
    received: tuple[AsyncDatabase[Any], Listener],
) -> None:
    database, listener = received
    payment, _ = await MongoPaymentStore(database, IDS.write_token).add(new_payment())
    store = MongoPaymentStore(database, IDS.write_token)
    await refund(store, payment, 60, key="k")

    listener.commands.clear()
    await refund(store, payment, 60, key="k")
    with pytest.raises(AmountExceedsRefundable):
        await refund(store, payment, 60)

    assert listener.levels() == ["majority", "majority"]


async def test_a_first_decision_reads_the_primary_alone_and_the_next_ones_read_nothing(
    received: tuple[AsyncDatabase[Any], Listener],
) -> None:
    database, listener = received
    payment, _ = await MongoPaymentStore(database, IDS.write_token).add(new_payment())
    store = MongoPaymentStore(database, IDS.write_token)

    listener.commands.clear()
    await refund(store, payment, 10)
    await refund(store, payment, 10)

    assert listener.levels() == ["local"]
    assert len(listener.named("update")) == 2


async def test_every_transaction_of_the_configuration_names_its_concerns(
    received: tuple[AsyncDatabase[Any], Listener],
) -> None:
    database, listener = received
    tenants, parameters = MongoTenantStore(database), MongoParameterStore(database)
    bank = Tenant(id=IDS.new("bnk"), kind=TenantKind.BANK, parent_id=PLATFORM, name="Bank", path=(PLATFORM, "bnk"))
    value = ParameterValue(
        id=IDS.new("prv"),
        name="refund_window_days",
        tenant_id=PLATFORM,
        value=30,
        effective_from=NOW,
        expires_at=None,
        set_by="usr_admin",
        set_at=NOW,
    )

    await tenants.add(ALL_TENANTS, bank)
    await parameters.add(ALL_TENANTS, value)
    await tenants.load_all()
    await parameters.load_all()

    first = [command for command in listener.commands if command.get("startTransaction")]
    ends = listener.named("commitTransaction")
    outside = [command for command in listener.named("find") if "txnNumber" not in command]
    assert len(first) == len(ends) == 2
    assert all(command["readConcern"]["level"] == "snapshot" for command in first)
    assert all(DURABLE.items() <= command["writeConcern"].items() for command in ends)
    assert all(command["readConcern"]["level"] == "majority" for command in outside)
