"""Used keys, clashes and broken rules cost one look-up for a whole batch, and each command has its own outcome."""

import asyncio
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.store.payments.commit_steps import (
    Commands,
    kinds,
    new_payment,
    outcomes,
    refunded,
    stored_payments,
)
from tests.service.store.payments.payment_store_steps import IDS
from tests.support.copies import replace
from tests.support.payments.payments import LIMITS, NOW, a_request

from refunds.adapters.mongo.payments.commit_storage import DatabaseRefused
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.domain.errors import AlreadyExists, AmountExceedsRefundable, KeyReused
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.tenancy import ALL_TENANTS


@pytest.fixture
def store(far: AsyncDatabase[Any]) -> MongoPaymentStore:
    return MongoPaymentStore(far, IDS.write_token)


async def test_an_update_names_its_index_and_waiting_payments_fly_together(
    store: MongoPaymentStore, commands: Commands
) -> None:
    payments = await stored_payments(store, 8)
    commands.sent.clear()

    first = asyncio.ensure_future(refunded(store, payments[0]))
    await asyncio.sleep(0)
    await asyncio.gather(first, *(refunded(store, payment) for payment in payments[1:]))

    updates = [update for command in commands.sent if "update" in command for update in command["updates"]]
    assert [update["hint"] for update in updates] == ["_id_"] * 8
    assert commands.counts()["update"] <= 2


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
    assert (await store.get(ALL_TENANTS, payment.id)).reserved_amount == 64


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
    assert (await store.get(ALL_TENANTS, payment.id)).reserved_amount == 1


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
    assert (await store.get(ALL_TENANTS, payment.id)).reserved_amount == 601


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
    assert [(await store.get(ALL_TENANTS, one.id)).reserved_amount for one in payments[3:]] == [2] * 9


async def test_a_key_that_two_payments_ask_for_at_once_makes_one_refund(store: MongoPaymentStore) -> None:
    payments = await stored_payments(store, 8)

    for key in ("first", "second", "third"):
        found = await outcomes(refunded(store, payment, key=key) for payment in payments)
        assert kinds(found) == {"Decision": 1, "AlreadyExists": 7}


async def test_own_key_with_another_body_beside_a_used_key_is_distinguished(store: MongoPaymentStore) -> None:
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
    asked.insert(5, store.change(ALL_TENANTS, payment.id, mistaken))
    found, beside = await asyncio.gather(outcomes(asked), outcomes(refunded(store, other) for _ in range(10)))

    assert kinds(found) == {"Decision": 63, "DatabaseRefused": 1}
    assert isinstance(found[5], DatabaseRefused)
    assert kinds(beside) == {"Decision": 10}
    assert (await elsewhere.get(ALL_TENANTS, payment.id)).reserved_amount == 63


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
