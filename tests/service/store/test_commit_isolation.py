"""What one payment or one merchant does in the group commit costs the others little: no key, slot or look-up of theirs.

A proxy holds chosen requests, so that one payment still waits while others are asked for; a listener counts commands.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent
from tests.support.payments.payments import LIMITS, NOW, a_payment, a_request
from tests.support.processes.flaky_proxy import FlakyProxy, flaky_proxy

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.payments.payment_commits import CommitLimits
from refunds.adapters.mongo.payments.payment_writes import DatabaseRefused
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.domain.errors import AlreadyExists, AmountExceedsRefundable, KeyReused
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.tenancy import EVERYTHING
from refunds.launcher.servers.local_servers import ReplicaSet

IDS = SystemIds()
PATIENCE_S = 5.0
"""Far more than a write takes; what waits for a held request does not end before."""


class Commands(CommandListener):
    """Keeps what is sent to the payments."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        """A command is about to be sent."""
        if event.command_name in ("find", "update", "insert"):
            self.sent.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to keep."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to keep."""

    def counts(self) -> dict[str, int]:
        """How many commands of each name were sent."""
        return dict(Counter(next(iter(command)) for command in self.sent))


@pytest.fixture
async def proxy(mongodb: ReplicaSet) -> AsyncIterator[FlakyProxy]:
    async with flaky_proxy(mongodb.members[0].port) as running:
        yield running


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
async def far(
    proxy: FlakyProxy, commands: Commands, database: AsyncDatabase[Any], mongodb_database: str
) -> AsyncIterator[AsyncDatabase[Any]]:
    """The database through the proxy, its commands counted."""
    uri = f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true"
    client = connect(uri, timeout_s=30.0, listeners=(commands,))
    yield open_database(client, mongodb_database)
    proxy.let_go()
    await client.close()


@pytest.fixture
def store(far: AsyncDatabase[Any]) -> MongoPaymentStore:
    return MongoPaymentStore(far, IDS.write_token)


@pytest.fixture
def narrow(far: AsyncDatabase[Any]) -> MongoPaymentStore:
    """A store with one flight at a time."""
    return MongoPaymentStore(far, IDS.write_token, CommitLimits(flights_max=1))


@pytest.fixture
def elsewhere(database: AsyncDatabase[Any]) -> MongoPaymentStore:
    """Another process with a line of its own."""
    return MongoPaymentStore(database, IDS.write_token)


def new_payment(captured_amount: int = 1_000, **changed: object) -> Payment:
    payment_id = IDS.new("pay")
    fields: dict[str, object] = {
        "id": payment_id,
        "gateway_payment_id": f"gw_{payment_id}",
        "idempotency_key": f"key_{payment_id}",
    }
    return a_payment(captured_amount, **(fields | changed))


async def stored_payments(store: MongoPaymentStore, number: int) -> list[Payment]:
    return [(await store.add(new_payment()))[0] for _ in range(number)]


async def refunded(store: MongoPaymentStore, payment: Payment, amount: int = 1, **request: Any) -> Decision:
    command = a_request(amount, payment=payment, **request)
    return await store.change(EVERYTHING, payment.id, lambda present: request_refund(present, command, LIMITS, NOW))


async def outcomes(changes: Any) -> list[Any]:
    return await asyncio.gather(*changes, return_exceptions=True)


def kinds(found: list[Any]) -> Counter[str]:
    return Counter(type(outcome).__name__ for outcome in found)


def reads_of(payment: Payment, but: Payment | None = None) -> Callable[[bytes], bool]:
    """Finds that name this payment, but not those that name the other as well."""
    wanted, unwanted = payment.id.encode(), b"\x00" * 64 if but is None else but.id.encode()
    return lambda request: b"\x02find\x00" in request and wanted in request and unwanted not in request


async def until_held(proxy: FlakyProxy) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not proxy.held_count:
            await asyncio.sleep(0)


async def soon(asked: Coroutine[Any, Any, Decision]) -> Decision:
    """Ends although something else is held."""
    async with asyncio.timeout(PATIENCE_S):
        return await asked


# --- released by itself --------------------------------------------------------------------------


async def test_while_a_taken_key_is_looked_up_the_payments_of_the_same_flight_and_others_go_on(
    narrow: MongoPaymentStore, proxy: FlakyProxy
) -> None:
    holder, refused, beside, later = await stored_payments(narrow, 4)
    await asyncio.gather(refunded(narrow, holder, key="k"), *(refunded(narrow, one) for one in (refused, beside)))

    proxy.hold(reads_of(refused))
    held = asyncio.create_task(refunded(narrow, refused, key="k"))
    together = asyncio.create_task(refunded(narrow, beside))
    await until_held(proxy)

    await soon(asyncio.wait_for(together, PATIENCE_S))
    await soon(refunded(narrow, beside))
    await soon(refunded(narrow, later))
    assert not held.done()
    proxy.let_go()
    with pytest.raises(AlreadyExists):
        await held


async def test_while_an_outcome_is_unknown_the_next_flight_leaves(
    narrow: MongoPaymentStore, elsewhere: MongoPaymentStore, proxy: FlakyProxy
) -> None:
    unknown, later = await stored_payments(narrow, 2)
    await refunded(narrow, unknown)

    proxy.hold(reads_of(unknown))
    proxy.lose_answers_to(b"\x02update\x00", 2)
    held = asyncio.create_task(refunded(narrow, unknown, 60))
    await until_held(proxy)

    await soon(refunded(narrow, later))
    assert not held.done()
    proxy.let_go()
    made = (await held).refund
    assert made.id in [refund.id for refund in (await elsewhere.get(EVERYTHING, unknown.id)).refunds]


async def test_while_an_error_is_confirmed_by_a_majority_the_next_flight_leaves(
    narrow: MongoPaymentStore, proxy: FlakyProxy
) -> None:
    refused, beside, later = await stored_payments(narrow, 3)
    await asyncio.gather(refunded(narrow, refused), refunded(narrow, beside))

    proxy.hold(reads_of(refused))
    held = asyncio.create_task(refunded(narrow, refused, 10_000))
    together = asyncio.create_task(refunded(narrow, beside))
    await until_held(proxy)

    await soon(asyncio.wait_for(together, PATIENCE_S))
    await soon(refunded(narrow, beside))
    await soon(refunded(narrow, later))
    assert not held.done()
    proxy.let_go()
    with pytest.raises(AmountExceedsRefundable):
        await held


async def test_a_payment_that_lost_its_race_keeps_no_other_of_its_flight(
    store: MongoPaymentStore, elsewhere: MongoPaymentStore, proxy: FlakyProxy
) -> None:
    raced, beside = await stored_payments(store, 2)
    await asyncio.gather(refunded(store, raced), refunded(store, beside))
    await refunded(elsewhere, raced)

    proxy.hold(reads_of(raced, but=beside))
    held = asyncio.create_task(refunded(store, raced))
    together = asyncio.create_task(refunded(store, beside))
    await until_held(proxy)

    await soon(asyncio.wait_for(together, PATIENCE_S))
    await soon(refunded(store, beside))
    assert not held.done()
    proxy.let_go()
    assert (await held).payment.reserved_amount == 3


async def test_after_a_lost_race_the_contended_payment_costs_others_no_look_up(
    store: MongoPaymentStore, elsewhere: MongoPaymentStore, commands: Commands
) -> None:
    raced, beside = await stored_payments(store, 2)
    await asyncio.gather(refunded(store, raced), refunded(store, beside))
    await refunded(elsewhere, raced)
    await asyncio.gather(refunded(store, raced), refunded(store, beside))

    for _ in range(3):
        await refunded(elsewhere, raced)
        commands.sent.clear()
        await asyncio.gather(refunded(store, raced), refunded(store, beside))
        assert commands.counts() == {"find": 1, "update": 2}

    after = [await elsewhere.get(EVERYTHING, payment.id) for payment in (raced, beside)]
    assert [payment.reserved_amount for payment in after] == [9, 5]


async def test_a_payment_that_is_no_longer_contended_is_written_with_the_others_again(
    store: MongoPaymentStore, elsewhere: MongoPaymentStore, commands: Commands
) -> None:
    raced, beside = await stored_payments(store, 2)
    await asyncio.gather(refunded(store, raced), refunded(store, beside))
    await refunded(elsewhere, raced)

    for _ in range(12):
        commands.sent.clear()
        await asyncio.gather(refunded(store, raced), refunded(store, beside))

    assert commands.counts() == {"update": 1}


# --- keys of other payments ----------------------------------------------------------------------


async def test_one_used_key_among_64_commands_costs_one_look_up(store: MongoPaymentStore, commands: Commands) -> None:
    holder, payment = await stored_payments(store, 2)
    await asyncio.gather(refunded(store, holder, key="k"), refunded(store, payment))
    commands.sent.clear()

    asked = [refunded(store, payment, key="k" if number == 17 else "") for number in range(64)]
    found = await outcomes(asked)

    assert kinds(found) == {"Decision": 63, "AlreadyExists": 1}
    assert isinstance(found[17], AlreadyExists)
    assert commands.counts() == {"update": 2, "find": 2}
    assert (await store.get(EVERYTHING, payment.id)).reserved_amount == 64


@pytest.mark.parametrize("is_one_key", [True, False], ids=["one-key", "64-keys"])
async def test_64_commands_with_used_keys_cost_one_write_and_one_look_up(
    store: MongoPaymentStore, commands: Commands, is_one_key: bool
) -> None:
    holder, payment = await stored_payments(store, 2)
    keys = ["k"] * 64 if is_one_key else [f"k{number}" for number in range(64)]
    await asyncio.gather(refunded(store, payment), *(refunded(store, holder, key=key) for key in set(keys)))
    commands.sent.clear()

    found = await outcomes(refunded(store, payment, key=key, body=f"body-{n}") for n, key in enumerate(keys))

    assert kinds(found) == {"AlreadyExists": 64}
    assert commands.counts() == {"update": 1, "find": 2}
    assert (await store.get(EVERYTHING, payment.id)).reserved_amount == 1


async def test_used_keys_of_refunds_that_do_not_fit_together_cost_one_look_up(
    store: MongoPaymentStore, commands: Commands
) -> None:
    holder, payment = await stored_payments(store, 2)
    keys = [f"k{number}" for number in range(64)]
    await asyncio.gather(refunded(store, payment), *(refunded(store, holder, key=key) for key in keys))
    commands.sent.clear()

    found = await outcomes(refunded(store, payment, 600, key=key) for key in [*keys, "new", "newer"])

    assert kinds(found) == {"AlreadyExists": 64, "Decision": 1, "AmountExceedsRefundable": 1}
    assert isinstance(found[64], Decision)
    assert commands.counts()["update"] <= 3
    assert (await store.get(EVERYTHING, payment.id)).reserved_amount == 601


async def test_used_keys_of_many_payments_of_several_merchants_cost_one_look_up_together(
    store: MongoPaymentStore, commands: Commands
) -> None:
    merchants = [f"mer_{number % 3}" for number in range(12)]
    paths = [("platform", "bnk_1", merchant) for merchant in merchants]
    payments = [
        (await store.add(new_payment(merchant_id=merchant, path=path)))[0]
        for merchant, path in zip(merchants, paths, strict=True)
    ]
    await asyncio.gather(*(refunded(store, payment, key="k") for payment in payments[:3]))
    await asyncio.gather(*(refunded(store, payment) for payment in payments[3:]))
    commands.sent.clear()

    found = await outcomes(refunded(store, one, key=key) for one in payments[3:] for key in ("k", ""))

    assert kinds(found) == {"Decision": 9, "AlreadyExists": 9}
    assert commands.counts() == {"update": 2, "find": 2}
    assert [(await store.get(EVERYTHING, one.id)).reserved_amount for one in payments[3:]] == [2] * 9


async def test_a_key_that_two_payments_ask_for_at_once_makes_one_refund(store: MongoPaymentStore) -> None:
    payments = await stored_payments(store, 8)

    for key in ("first", "second", "third"):
        found = await outcomes(refunded(store, payment, key=key) for payment in payments)
        assert kinds(found) == {"Decision": 1, "AlreadyExists": 7}


async def test_an_own_key_with_another_body_beside_a_used_key_is_told_apart(store: MongoPaymentStore) -> None:
    holder, payment = await stored_payments(store, 2)
    await asyncio.gather(refunded(store, holder, key="k"), refunded(store, payment, key="own"))

    found = await outcomes(
        [
            refunded(store, payment, key="k"),
            refunded(store, payment, key="own", body="other"),
            refunded(store, payment, key="own"),
            refunded(store, payment, 10_000),
            refunded(store, payment, 5),
        ]
    )

    expected = [AlreadyExists, KeyReused, Decision, AmountExceedsRefundable, Decision]
    assert [type(outcome) for outcome in found] == expected
    assert found[2].replayed


async def test_a_rule_of_the_database_is_broken_by_one_of_64_commands_and_the_others_fly_with_others(
    store: MongoPaymentStore, elsewhere: MongoPaymentStore
) -> None:
    payment, other = await stored_payments(store, 2)

    def mistaken(present: Payment) -> Decision:
        decision = request_refund(present, a_request(1), LIMITS, NOW)
        return replace(decision, payment=replace(decision.payment, reserved_amount=1_001))

    asked = [refunded(store, payment) for _ in range(63)]
    asked.insert(5, store.change(EVERYTHING, payment.id, mistaken))
    found, beside = await asyncio.gather(outcomes(asked), outcomes(refunded(store, other) for _ in range(10)))

    assert kinds(found) == {"Decision": 63, "DatabaseRefused": 1}
    assert isinstance(found[5], DatabaseRefused)
    assert kinds(beside) == {"Decision": 10}
    assert (await elsewhere.get(EVERYTHING, payment.id)).reserved_amount == 63


async def test_one_command_that_cannot_be_encoded_leaves_the_others_in_one_write(
    store: MongoPaymentStore, commands: Commands
) -> None:
    payments = await stored_payments(store, 20)
    await asyncio.gather(*(refunded(store, payment) for payment in payments))
    commands.sent.clear()

    found = await outcomes(
        refunded(store, payment, key="half a character: \ud800" if number == 3 else "")
        for number, payment in enumerate(payments)
    )

    assert [number for number, outcome in enumerate(found) if not isinstance(outcome, Decision)] == [3]
    assert commands.counts() == {"update": 1}


# --- payments in ---------------------------------------------------------------------------------


async def test_clashes_of_payments_cost_one_look_up_together_and_each_names_its_field(
    store: MongoPaymentStore, commands: Commands
) -> None:
    first = await stored_payments(store, 4)
    commands.sent.clear()
    same_key = [new_payment(idempotency_key=first[0].idempotency_key) for _ in range(20)]
    other_body = [new_payment(idempotency_key=first[1].idempotency_key, fingerprint="other") for _ in range(20)]
    same_capture = [new_payment(gateway_payment_id=first[2].gateway_payment_id) for _ in range(20)]
    same_id = new_payment(id=first[3].id)

    found = await outcomes(store.add(one) for one in [*same_key, *other_body, *same_capture, same_id, new_payment()])

    assert found[:20] == [(first[0], True)] * 20
    assert kinds(found[20:40]) == {"KeyReused": 20}
    assert {error.pointer for error in found[40:60]} == {"/gateway_payment_id"}
    assert found[60].pointer == "/id"
    assert found[61][1] is False
    assert commands.counts() == {"insert": 1, "find": 1}


async def test_while_a_clash_is_looked_up_other_payments_are_recorded(
    store: MongoPaymentStore, proxy: FlakyProxy
) -> None:
    (first,) = await stored_payments(store, 1)
    clashing = [new_payment(idempotency_key=first.idempotency_key) for _ in range(2)]

    proxy.hold(lambda request: b"\x02find\x00" in request)
    held = [asyncio.create_task(store.add(clashing[0]))]
    await until_held(proxy)
    held.append(asyncio.create_task(store.add(clashing[1])))
    async with asyncio.timeout(PATIENCE_S):
        while proxy.held_count < 2:
            await asyncio.sleep(0)
        recorded = await store.add(new_payment())

    assert recorded[1] is False
    assert not any(task.done() for task in held)
    proxy.let_go()
    assert await asyncio.gather(*held) == [(first, True)] * 2


async def test_a_clash_with_a_payment_that_cannot_be_read_fails_alone(
    store: MongoPaymentStore, database: AsyncDatabase[Any]
) -> None:
    spoiled, sound = await stored_payments(store, 2)
    await database["payments"].update_one({"_id": spoiled.id}, {"$set": {"payment_method": "no document"}})

    found = await outcomes(
        store.add(new_payment(idempotency_key=one.idempotency_key)) for one in (spoiled, sound, spoiled)
    )

    assert [isinstance(outcome, Exception) for outcome in found] == [True, False, True]
