"""Refunds that people made at the gateway beside refunds of ours that wait: booked, listed, posted and verified."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import lines_of, verified_without_books
from tests.support.copies import replace
from tests.support.gateway.gateway_endpoint import GatewayEndpoint, endpoint_on
from tests.support.gateway.notices import a_notice
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import an_approval

from refunds.adapters.mongo.read_model_schema import LEDGER, REFUND_LIST
from refunds.domain.attempt.submission import begin_step, is_first_submission_open
from refunds.domain.errors import TransitionNotAllowed
from refunds.domain.payment.payment import REFUNDED_AT_GATEWAY, Decision, Payment, Refund
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import approve_refund, review_refund, submit_refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds.usecases.verification.verification_report import Invariant
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
TAKEN, NO_ROOM, ROUNDS = 204, 422, 12
BOUNDS = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)


@pytest.fixture
async def endpoint(database: Database, mongodb_uri: str) -> AsyncIterator[GatewayEndpoint]:
    """A running endpoint on an empty database; refunds of the shop wait for one approval."""
    async with endpoint_on(database, mongodb_uri) as opened:
        opened.shop.limits = replace(opened.shop.limits, auto_approval_below=whole(0), approvals_required=1)
        yield opened


def made_there(payment: Payment, amount: int, name: str = "sbr_9") -> dict[str, Any]:
    """What the gateway tells of a refund that somebody made in its dashboard."""
    return a_notice(
        reference=None,
        gateway_payment_id=payment.gateway_payment_id,
        gateway_refund_id=name,
        amount=amount,
        currency=payment.currency,
    )


async def findings(database: Database) -> list[str]:
    """What `refunds verify` finds, but for the relay, which nobody runs meanwhile."""
    report = await verified_without_books(database, BOUNDS)
    return [line for check in report.checks if check.invariant is not Invariant.CAUGHT_UP for line in lines_of(check)]


async def test_refund_that_waits_for_people_gives_way_and_all_books_meet(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    payment = await endpoint.shop.capture(1_000)
    waits = await endpoint.shop.refund(payment, 800)
    assert waits.status is Status.PENDING_APPROVAL

    statuses = [await endpoint.deliver(made_there(payment, 300)), await endpoint.deliver(made_there(payment, 300))]

    await run_dry(relay_of(database), database)
    present = await endpoint.present(payment)
    released = present.refund(waits.id)
    rows = {row["_id"]: row for row in await database[REFUND_LIST].find({}).to_list(None)}
    entries = await database[LEDGER].find({"payment_id": payment.id}).to_list(None)
    assert statuses == [TAKEN, TAKEN]
    assert (present.refunded_amount, present.reserved_amount) == (300, 0)
    assert released.status_reason is not None
    assert (released.status, released.status_reason.code) == (Status.CANCELED, REFUNDED_AT_GATEWAY)
    assert rows[waits.id]["status"] == "canceled"
    assert sum(entry["gateway_amount"] for entry in entries) == 700
    assert (await endpoint.events_of(waits))[-1] == "refund.canceled"
    assert await findings(database) == []


@pytest.mark.parametrize(
    "change",
    [
        {"status_reason.code": "canceled"},
        {"status_reason.text": "On request."},
        {"status_reason.detail": "same_movement"},
        {"status_reason.facts": {"taken_by": "ref_of_another_payment"}},
        {"status": "pending_approval"},
    ],
    ids=["reason", "text", "detail", "facts", "status"],
)
async def test_released_refund_that_was_changed_by_hand_is_found(
    endpoint: GatewayEndpoint, database: Database, change: dict[str, object]
) -> None:
    payment = await endpoint.shop.capture(1_000)
    await endpoint.shop.refund(payment, 800)
    await endpoint.deliver(made_there(payment, 300))
    await run_dry(relay_of(database), database)
    assert await findings(database) == []

    await database["payments"].update_one(
        {"_id": payment.id}, {"$set": {f"refunds.0.{name}": value for name, value in change.items()}}
    )

    assert await findings(database) != []


async def approved(shop: Shop, payment: Payment, refund: Refund) -> Status | str:
    approval, now = an_approval("usr_approver", "approved", shop.clock.now()), shop.clock.now()
    return await _outcome(shop, payment, lambda present: approve_refund(present, refund.id, approval, shop.limits, now))


async def _outcome(shop: Shop, payment: Payment, decide: Callable[[Payment], Decision]) -> Status | str:
    try:
        return (await shop.payments.change(ALL_TENANTS, payment.id, decide)).refund.status
    except TransitionNotAllowed as refused:
        return f"{refused.status} does not take {refused.fact}"


async def test_of_an_approval_and_a_refund_at_the_gateway_at_the_same_moment_one_wins(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    other = Shop(database, first_number=10_000)
    other.limits = endpoint.shop.limits

    for _ in range(ROUNDS):
        payment = await endpoint.shop.capture(1_000)
        refund = await endpoint.shop.refund(payment, 800)
        status, outcome = await asyncio.gather(
            endpoint.deliver(made_there(payment, 300, f"sbr_{payment.id}")), approved(other, payment, refund)
        )
        present = await endpoint.present(payment)
        is_released = present.refund(refund.id).status is Status.CANCELED
        assert (status, present.refunded_amount) == ((TAKEN, 300) if is_released else (NO_ROOM, 0))
        assert outcome == ("canceled does not take approved" if is_released else Status.PROCESSING)


async def test_worker_that_reviews_at_the_same_moment_sends_nothing_that_gave_way(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    other = Shop(database, first_number=20_000)

    for _ in range(ROUNDS):
        payment = await endpoint.shop.capture(1_000)
        refund = await submitted(endpoint.shop, payment, 800)
        status, outcome = await asyncio.gather(
            endpoint.deliver(made_there(payment, 300, f"sbr_{payment.id}")), reviewed(other, payment, refund)
        )
        present, now = await endpoint.present(payment), other.clock.now()
        found = present.refund(refund.id)
        begun = begin_step(present, refund.id, other.limits, now)
        if status == TAKEN:
            assert (found.status, found.attempts, is_first_submission_open(found, now)) == (Status.CANCELED, (), False)
            assert (outcome, begun.replayed) == (Status.CANCELED, True)
        else:
            assert (status, found.status, outcome) == (NO_ROOM, Status.PROCESSING, Status.PROCESSING)


async def reviewed(shop: Shop, payment: Payment, refund: Refund) -> Status | str:
    now = shop.clock.now()
    return await _outcome(shop, payment, lambda present: review_refund(present, refund.id, shop.limits, now, "system"))


async def submitted(shop: Shop, payment: Payment, amount: int) -> Refund:
    """A refund that waits for its review."""
    drafted = await shop.refund(payment, amount, is_submitted=False)
    now = shop.clock.now()
    decision = await shop.payments.change(
        ALL_TENANTS,
        payment.id,
        lambda p: submit_refund(p, drafted.id, shop.limits, now, "usr_asker", is_reviewed_now=False),
    )
    return decision.refund
