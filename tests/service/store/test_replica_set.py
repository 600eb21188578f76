"""Three members that lose their primary under load: no acknowledged write is lost, doubled, or called a conflict.

Trouble is made by progress, not by time: after so many acknowledged writes. The seed of the load is printed.
"""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError
from pymongo.write_concern import WriteConcern
from tests.support.adapters.schema import migrated
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import GATEWAY, NOW, a_payment, a_request, a_result, limits

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.payments.payment_commits import CommitLimits
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.domain.attempt.result_recording import ResultKind, record_gateway_result
from refunds.domain.errors import AlreadyExists, Unavailable
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds_embedded.launcher.servers import local_servers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

IDS = SystemIds()
MEMBERS = 3
PAYMENTS, CLIENTS, REFUNDS = 24, 24, 2400
CAPTURED = 10**9
WITHIN = limits(auto_approval_below=whole(10**9), refunds_per_payment_max=2000)
BOUNDS = CommitLimits(unknown_wait_s=5.0)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local_servers.ReplicaSet]:
    """A replica set of three, for this file alone."""
    with asyncio.Runner() as runner:
        context = local_servers.replica_set(tmp_path_factory.mktemp("three"), members=MEMBERS)
        entered = runner.run(context.__aenter__())
        try:
            yield entered
        finally:
            runner.run(context.__aexit__(None, None, None))


@pytest.fixture
async def databases(three: local_servers.ReplicaSet, mongodb_database: str) -> AsyncIterator[list[AsyncDatabase[Any]]]:
    """The same database as two processes see it."""
    async for seen in opened(three.uri, mongodb_database):
        await migrated(seen[0])
        yield seen


@pytest.fixture
async def updates(three: local_servers.ReplicaSet, mongodb_database: str) -> AsyncIterator[list[AsyncDatabase[Any]]]:
    """The database of each process by the client that updates payments."""
    async for seen in opened(three.uri, mongodb_database, retries_writes=False):
        yield seen


async def opened(uri: str, name: str, *, retries_writes: bool = True) -> AsyncIterator[list[AsyncDatabase[Any]]]:
    """The database by a client for each of two processes, which are closed at the end."""
    clients = [connect(uri, timeout_s=5.0, retries_writes=retries_writes) for _ in range(2)]
    yield [open_database(client, name) for client in clients]
    for client in clients:
        await client.close()


@pytest.fixture
def stores(databases: list[AsyncDatabase[Any]], updates: list[AsyncDatabase[Any]]) -> list[MongoPaymentStore]:
    pairs = zip(databases, updates, strict=True)
    return [MongoPaymentStore(database, IDS.write_token, BOUNDS, updates=by) for database, by in pairs]


async def primary_of(database: AsyncDatabase[Any], three: local_servers.ReplicaSet) -> local_servers.Server:
    """The member that takes writes now."""
    while True:
        with suppress(PyMongoError):
            name = (await database.client.admin.command("hello")).get("primary", "")
            for member in three.members:
                if name.endswith(f":{member.port}"):
                    return member
        await asyncio.sleep(0.05)


def new_payment() -> Payment:
    payment_id = IDS.new("pay")
    return a_payment(
        CAPTURED, id=payment_id, gateway_payment_id=f"gw_{payment_id}", idempotency_key=f"key_{payment_id}"
    )


async def until_said(ask: Callable[[], Awaitable[Decision]], unsaid: Counter[str]) -> Decision:
    """As a caller does it: again with the same key while the store does not say. Any other error is a false word."""
    while True:
        try:
            return await ask()
        except Unavailable as error:
            unsaid[type(error).__name__] += 1
            await asyncio.sleep(0.05)


def asking(store: MongoPaymentStore, payment: Payment, amount: int, key: str) -> Callable[[], Awaitable[Decision]]:
    command = a_request(amount, key=key, payment=payment)
    return lambda: store.change(ALL_TENANTS, payment.id, lambda present: request_refund(present, command, WITHIN, NOW))


def settling(store: MongoPaymentStore, payment: Payment, attempt_id: str) -> Callable[[], Awaitable[Decision]]:
    result = a_result(ResultKind.SUCCEEDED)
    return lambda: store.change(
        ALL_TENANTS,
        payment.id,
        lambda present: record_gateway_result(present, attempt_id, result, WITHIN, NOW, GATEWAY),
    )


@dataclass(slots=True)
class Load:
    """Clients that ask for refunds and settle half of them; what was acknowledged is written down."""

    stores: list[MongoPaymentStore]
    payments: list[Payment]
    dice: random.Random
    acknowledged: dict[str, tuple[str, int]] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    unsaid: Counter[str] = field(default_factory=Counter)
    left: int = REFUNDS

    async def client(self) -> None:
        while self.left > 0:
            self.left -= 1
            key = f"key-{self.left}"
            payment, store = self.dice.choice(self.payments), self.dice.choice(self.stores)
            amount = self.dice.randint(1, 1000)
            decision = await until_said(asking(store, payment, amount, key), self.unsaid)
            self.acknowledged[key] = (decision.refund.id, amount)
            if self.left % 2:
                attempt_id = decision.refund.attempts[0].id
                await until_said(settling(self.dice.choice(self.stores), payment, attempt_id), self.unsaid)
                self.settled.add(decision.refund.id)

    async def reached(self, share: float) -> None:
        """Waits until this share of the load is acknowledged."""
        while len(self.acknowledged) < REFUNDS * share:
            await asyncio.sleep(0.01)


async def step_down(database: AsyncDatabase[Any]) -> None:
    with suppress(PyMongoError):
        await database.client.admin.command("replSetStepDown", 3, force=True)


async def trouble(load: Load, database: AsyncDatabase[Any], three: local_servers.ReplicaSet) -> None:
    """Two stepdowns, a killed primary that comes back, and a primary that is frozen while others go on."""
    await load.reached(0.15)
    await step_down(database)
    await load.reached(0.3)
    killed = await primary_of(database, three)
    await killed.kill()
    await load.reached(0.5)
    await killed.start()
    await load.reached(0.6)
    await step_down(database)
    await load.reached(0.75)
    frozen = await primary_of(database, three)
    os.kill(frozen.pid, signal.SIGSTOP)
    try:
        await load.reached(0.85)
    finally:
        os.kill(frozen.pid, signal.SIGCONT)


async def test_what_was_acknowledged_survives_stepdowns_a_killed_and_a_frozen_primary(
    stores: list[MongoPaymentStore], databases: list[AsyncDatabase[Any]], three: local_servers.ReplicaSet
) -> None:
    seed = random.SystemRandom().randrange(10**9)
    print(f"seed of the load: {seed}")
    payments = [(await stores[0].add(new_payment()))[0] for _ in range(PAYMENTS)]
    load = Load(stores, payments, random.Random(seed))

    await asyncio.gather(*(load.client() for _ in range(CLIENTS)), trouble(load, databases[0], three))

    print(f"not said at once: {dict(load.unsaid)}")
    stored = [await stores[0].get(ALL_TENANTS, payment.id) for payment in payments]
    by_key = {refund.idempotency_key: refund for payment in stored for refund in payment.refunds}
    assert sum(len(payment.refunds) for payment in stored) == len(by_key) == len(load.acknowledged) == REFUNDS
    assert {key: (refund.id, refund.amount) for key, refund in by_key.items()} == load.acknowledged
    assert {refund.id for refund in by_key.values() if refund.status is Status.COMPLETED} == load.settled
    for payment in stored:
        completed = sum(r.amount for r in payment.refunds if r.status is Status.COMPLETED)
        assert (payment.refunded_amount, payment.refunded_amount + payment.reserved_amount) == (
            completed,
            sum(r.amount for r in payment.refunds),
        )
    await _histories_hold_each_change_once(databases[0], stored)


async def _histories_hold_each_change_once(database: AsyncDatabase[Any], payments: list[Payment]) -> None:
    documents = database["payments"].find({"_id": {"$in": [payment.id for payment in payments]}})
    async for document in documents:
        for refund in document["refunds"]:
            wanted = ["draft", "processing"] + ["completed"] * (refund["status"] == "completed")
            assert [event["status"] for event in refund["history"]] == wanted
            assert refund["history_count"] == len(wanted)


async def test_write_without_a_majority_is_never_acknowledged_and_is_answered_once_there_is_one(
    databases: list[AsyncDatabase[Any]], three: local_servers.ReplicaSet
) -> None:
    impatient = databases[0].with_options(write_concern=WriteConcern(w="majority", j=True, wtimeout=300))
    store = MongoPaymentStore(impatient, IDS.write_token, CommitLimits(unknown_wait_s=1.0))
    payment, _ = await MongoPaymentStore(databases[0], IDS.write_token).add(new_payment())
    await until_said(asking(store, payment, 1, "warm"), Counter())
    primary = await primary_of(databases[0], three)
    secondaries = [member for member in three.members if member is not primary]

    for member in secondaries:
        os.kill(member.pid, signal.SIGSTOP)
    try:
        with pytest.raises(Unavailable):
            await asking(store, payment, 60, "k")()
    finally:
        for member in secondaries:
            os.kill(member.pid, signal.SIGCONT)
    unsaid: Counter[str] = Counter()
    said = await asyncio.gather(*(until_said(asking(store, payment, 60, "k"), unsaid) for _ in range(20)))

    after = await store.get(ALL_TENANTS, payment.id)
    assert len({decision.refund.id for decision in said}) == 1
    assert ([refund.amount for refund in after.refunds], after.reserved_amount) == ([1, 60], 61)


async def test_a_key_that_collides_with_a_write_without_a_majority_is_unknown_and_not_another_refunds(
    databases: list[AsyncDatabase[Any]], three: local_servers.ReplicaSet
) -> None:
    impatient = [
        database.with_options(write_concern=WriteConcern(w="majority", j=True, wtimeout=300)) for database in databases
    ]
    ours, theirs = (MongoPaymentStore(d, IDS.write_token, CommitLimits(unknown_wait_s=1.0)) for d in impatient)
    patient = MongoPaymentStore(databases[0], IDS.write_token)
    first, second = (await patient.add(new_payment()))[0], (await patient.add(new_payment()))[0]
    for store, payment in ((ours, first), (theirs, second)):
        await until_said(asking(store, payment, 1, f"warm-{payment.id}"), Counter())
    primary = await primary_of(databases[0], three)
    secondaries = [member for member in three.members if member is not primary]

    for member in secondaries:
        os.kill(member.pid, signal.SIGSTOP)
    try:
        with pytest.raises(Unavailable):
            await asking(ours, first, 60, "k")()
        with pytest.raises(Unavailable):
            await asking(theirs, second, 60, "k")()
    finally:
        for member in secondaries:
            os.kill(member.pid, signal.SIGCONT)
    await until_said(asking(ours, first, 60, "k"), Counter())

    with pytest.raises(AlreadyExists):
        await until_said(asking(theirs, second, 60, "k"), Counter())
    assert [(await patient.get(ALL_TENANTS, payment.id)).reserved_amount for payment in (first, second)] == [61, 1]


async def test_a_primary_that_lost_its_majority_acknowledges_nothing_that_the_others_do_not_hold(
    stores: list[MongoPaymentStore], databases: list[AsyncDatabase[Any]], three: local_servers.ReplicaSet
) -> None:
    payment, _ = await stores[0].add(new_payment())
    unsaid: Counter[str] = Counter()
    await until_said(asking(stores[0], payment, 1, "both know"), unsaid)
    lonely = await primary_of(databases[0], three)

    os.kill(lonely.pid, signal.SIGSTOP)
    try:
        asked = asyncio.gather(*(until_said(asking(stores[n % 2], payment, 10, f"key-{n}"), unsaid) for n in range(10)))
        said = await asked
    finally:
        os.kill(lonely.pid, signal.SIGCONT)
    again = [await until_said(asking(stores[1], payment, 10, f"key-{n}"), unsaid) for n in range(10)]

    after = await stores[0].get(ALL_TENANTS, payment.id)
    assert [decision.refund.id for decision in said] == [decision.refund.id for decision in again]
    assert all(decision.replayed for decision in again)
    assert (len(after.refunds), after.reserved_amount) == (11, 101)
