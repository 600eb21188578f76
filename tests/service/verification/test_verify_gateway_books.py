"""Verification against a gateway's books: what moved there and what we hold."""

from typing import Any

import pytest
from tests.service.verification.verified_instance import Instance, broken
from tests.support.adapters.shop import Shop

from refunds.domain.attempt.result_recording import ResultKind
from refunds.domain.verification.gateway_books import Movement
from refunds.usecases.verification.verification_report import Invariant


async def a_refund(instance: Instance, status: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A payment with one of its refunds of that status."""
    payment = await instance.database["payments"].find_one({"refunds.status": status})
    assert payment is not None
    return payment, next(refund for refund in payment["refunds"] if refund["status"] == status)


def moved_by(refund: dict[str, Any]) -> Movement:
    """One more movement of its first attempt."""
    attempt = refund["attempts"][0]
    return Movement(
        gateway_refund_id=attempt["gateway_refund_id"],
        reference=attempt["id"],
        amount=refund["amount"],
        arn=refund["arn"],
    )


@pytest.mark.parametrize("status", ["completed", "failed", "reversed"])
async def test_money_that_moved_once_too_often_is_found(instance: Instance, status: str) -> None:
    payment, refund = await a_refund(instance, status)
    again = moved_by(refund)

    instance.books.move(payment["gateway_payment_id"], payment["currency"], again)

    assert broken(await instance.verified()) == {Invariant.BOOKS: 1}


@pytest.mark.parametrize("field", ["arn", "attempts.0.gateway_refund_id"])
async def test_name_of_the_gateways_that_is_set_by_hand_is_found(instance: Instance, field: str) -> None:
    payment, refund = await a_refund(instance, "completed")
    place = payment["refunds"].index(refund)

    await instance.database["payments"].update_one(
        {"_id": payment["_id"]}, {"$set": {f"refunds.{place}.{field}": "set by hand"}}
    )

    assert broken(await instance.verified()) == {Invariant.BOOKS: 1}


async def test_movement_of_a_refund_whose_outcome_is_open_is_no_violation(instance: Instance) -> None:
    payment, refund = await a_refund(instance, "gateway_pending")
    moved = moved_by(refund)

    instance.books.move(payment["gateway_payment_id"], payment["currency"], moved)

    assert broken(await instance.verified()) == {}


async def test_movement_that_no_refund_knows_is_found(instance: Instance) -> None:
    payment, _ = await a_refund(instance, "completed")

    instance.books.move(
        payment["gateway_payment_id"], payment["currency"], Movement(gateway_refund_id="gr_d", reference="", amount=5)
    )

    assert broken(await instance.verified()) == {Invariant.BOOKS: 1}


async def test_money_moved_of_an_unknown_payment_is_found(instance: Instance) -> None:
    instance.books.move("gp_unknown", "EUR", Movement(gateway_refund_id="gr_u", reference="", amount=5))

    assert broken(await instance.verified()) == {Invariant.BOOKS: 1}


async def test_refunded_payment_that_the_gateway_never_saw_is_found(instance: Instance) -> None:
    shop = Shop(instance.database, first_number=1000)
    payment = await shop.capture(merchant_id="mer_new")
    await shop.settle(payment, await shop.refund(payment, 5), ResultKind.SUCCEEDED)

    report = await instance.verified()

    assert broken(report) == {Invariant.BOOKS: 1}
