"""Differences between a gateway's books of a payment and ours."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from tests.support.copies import replace

from refunds.domain.finding import Finding
from refunds.domain.payment.outbox import RefundState
from refunds.domain.verification.gateway_books import GatewayAccount, Movement, differences
from refunds.domain.verification.payment_snapshot import StoredAttempt, StoredPayment, StoredRefund
from refunds.texts.finding_lines import line_of

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def stored(status: str, gateway_refund_id: str = "gr_1", arn: str = "") -> StoredPayment:
    """A payment with one refund of 100 in this status."""
    refund = StoredRefund(
        state=RefundState(
            id="ref_1",
            status=status,
            status_reason="",
            amount=100,
            method="original_payment",
            reason="duplicate",
            created_by="usr_1",
            created_at=NOW,
            updated_at=NOW,
        ),
        idempotency_key="k",
        due_at=None,
        attempts=(StoredAttempt(id="att_1", gateway_refund_id=gateway_refund_id),),
        history=(),
        history_count=0,
        arn=arn,
    )
    return StoredPayment(
        id="pay_1",
        merchant_id="mer_1",
        path=("platform",),
        captured_amount=500,
        reserved_amount=0,
        refunded_amount=0,
        currency="EUR",
        payment_method="ach",
        gateway="sandbox",
        gateway_payment_id="gp_1",
        created_at=NOW,
        refunds=(refund,),
        latest=None,
    )


def account(*amounts: int, reference: str = "att_1", currency: str = "EUR", arn: str = "") -> GatewayAccount:
    """Books with these movements."""
    movements = tuple(
        Movement(gateway_refund_id="gr_1", reference=reference, amount=amount, arn=arn) for amount in amounts
    )
    return GatewayAccount(gateway_payment_id="gp_1", currency=currency, moved=sum(amounts), movements=movements)


def lines(found: Iterable[Finding]) -> list[str]:
    """What was found, as people read it."""
    return list(map(line_of, found))


@pytest.mark.parametrize(
    ("status", "amounts"),
    [
        ("completed", (100,)),
        ("reversed", (100, -100)),
        ("failed", ()),
        ("failed", (100, -100)),
        ("processing", ()),
        ("processing", (100,)),
        ("unknown", (100,)),
        ("gateway_pending", ()),
    ],
)
def test_books_that_agree_give_no_difference(status: str, amounts: tuple[int, ...]) -> None:
    assert lines(differences(stored(status), account(*amounts))) == []


@pytest.mark.parametrize(
    ("status", "amounts"),
    [
        ("completed", ()),
        ("completed", (100, 100)),
        ("completed", (99,)),
        ("reversed", (100,)),
        ("failed", (100,)),
        ("unknown", (100, 100)),
        ("unknown", (50,)),
    ],
)
def test_books_that_disagree_name_the_refund(status: str, amounts: tuple[int, ...]) -> None:
    (line,) = lines(differences(stored(status), account(*amounts)))

    assert line.startswith(
        f"ref_1: in this service, the refund has the status {status} and an amount of 100 minor units, but"
    )


def test_external_refund_is_identified_by_the_gateways_own_id() -> None:
    assert lines(differences(stored("completed"), account(100, reference=""))) == []


def test_movement_without_a_refund_is_named() -> None:
    found = lines(differences(stored("failed", gateway_refund_id="gr_other"), account(100, reference="")))

    assert found == [
        ("pay_1: the gateway moved 100 minor units for its refund gr_1, but this service has no refund with this id")
    ]


def test_refund_made_at_the_gateway_that_failed_before_it_was_recorded_is_no_difference() -> None:
    """Found by `refunds simulate --seed 1013 --hours 24 --harsh`: there is nothing to record of it any more."""
    back_and_forth = account(70, -70, reference="")
    of_one_refund = tuple(
        Movement(gateway_refund_id="gr_of_nobody", reference="", amount=movement.amount)
        for movement in back_and_forth.movements
    )

    found = lines(differences(stored("failed"), replace(back_and_forth, movements=of_one_refund)))

    assert found == []


def test_books_that_do_not_add_up_are_named() -> None:
    wrong = GatewayAccount(gateway_payment_id="gp_1", currency="EUR", moved=7, movements=())

    assert len(lines(differences(stored("failed"), wrong))) == 1


def test_other_currency_is_named() -> None:
    assert len(lines(differences(stored("completed"), account(100, currency="USD")))) == 1


def test_refund_under_another_gateway_refund_id_than_the_gateways_is_a_difference() -> None:
    assert lines(differences(stored("completed", gateway_refund_id="gr_9"), account(100))) == [
        "ref_1: this service recorded gr_9 as the gateway's id of the refund, but the gateway has the id gr_1"
    ]


def test_refund_without_gateway_refund_id_is_no_difference() -> None:
    assert lines(differences(stored("completed", gateway_refund_id=""), account(100))) == []


@pytest.mark.parametrize("ours", ["arn_9", ""])
def test_completed_refund_under_another_arn_than_the_gateways_is_a_difference(ours: str) -> None:
    assert lines(differences(stored("completed", arn=ours), account(100, arn="arn_1"))) == [
        (
            f"ref_1: the ARN (acquirer reference number) of the refund is {ours or 'empty'} in this service, but arn_1 "
            "at the gateway"
        )
    ]


def test_arn_that_the_gateways_books_lack_is_no_difference() -> None:
    assert lines(differences(stored("completed", arn="arn_1"), account(100))) == []


def test_refund_of_unknown_outcome_without_arn_is_no_difference() -> None:
    assert lines(differences(stored("unknown"), account(100, arn="arn_1"))) == []
