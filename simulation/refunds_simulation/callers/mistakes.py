"""Makes invalid requests. The product must refuse each with the fitting error, and change nothing.

To add a mistake, add an entry to `REFUND_MISTAKES` or `PAYMENT_MISTAKES`. The key of the entry is the expected error.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from refunds.domain.payment.payment import EXTERNAL_KEY_PREFIX, LineItem
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import Tenant
from refunds.usecases.payments.record_payment import RecordPaymentCommand
from refunds.usecases.refunds.create_refund import CreateRefundCommand
from refunds_simulation.callers.files import UNKNOWN_PAYMENT
from refunds_simulation.callers.insisting import Work
from refunds_simulation.callers.promises import KEY_REUSED
from refunds_simulation.callers.requests import Desk, Purchase, creation
from refunds_simulation.callers.stage import Stage
from refunds_simulation.product.services import Api

MISTAKES_MAX = 3
MANY, AT_ONCE = 12, 3
NUMBER_MAX = "refunds_per_payment_max"
METADATA = {"note": "n" * 400}

SPENT = ("NothingLeftToRefund", "AmountExceedsRefundable")
"""Errors that may replace the expected error, because somebody may have refunded the payment at its gateway."""

Changes = dict[str, Any]


def _line(amount: int, line_id: str) -> Changes:
    return {"line_items": (LineItem(id=line_id, amount=amount),)}


REFUND_MISTAKES: Mapping[str, Callable[[Purchase, int], Changes]] = {
    "CurrencyMismatch": lambda _, __: {"currency": "SEK"},
    "AmountNotPositive": lambda _, __: {"amount": 0},
    "LineItemsDoNotSum": lambda _, amount: _line(amount + 1, "line_0"),
    "LineItemUnknown": lambda _, amount: _line(amount, "line_of_nobody"),
    "KeyPrefixReserved": lambda of, _: {"idempotency_key": f"{EXTERNAL_KEY_PREFIX}{of.gateway}:gr_00000001"},
    "PaymentNotFound": lambda _, __: {"payment_id": UNKNOWN_PAYMENT},
}

PAYMENT_MISTAKES: Mapping[str, Callable[[RecordPaymentCommand, Tenant], Changes]] = {
    "TenantNotFound": lambda _, merchant: {"merchant_id": merchant.parent_id},
    "GatewayNotConnected": lambda _, __: {"gateway": "elsewhere"},
    "LineItemsExceedCaptured": lambda of, _: _line(of.captured_amount + 1, "line_0"),
}


async def mistake(stage: Stage) -> None:
    """Makes a few different invalid requests about one purchase."""
    seeded_random, purchase = stage.seeded_random, await stage.purchase(is_lined=True)
    if purchase is None:
        return
    desk, amount = stage.desk("shop0", purchase.merchant), max(1, purchase.amount // 3)
    names = [*REFUND_MISTAKES, *PAYMENT_MISTAKES, "foreign"]
    for number, name in enumerate(seeded_random.sample(names, MISTAKES_MAX)):
        key = stage.key(f"mistake{number}")
        if name in REFUND_MISTAKES:
            if name == "LineItemUnknown" and not purchase.lines:
                continue
            changed: Any = replace(creation(purchase, key, amount), **REFUND_MISTAKES[name](purchase, amount))
            await _refused(desk, purchase, name, _creating(desk, changed))
        elif name in PAYMENT_MISTAKES:
            right = desk.recording(
                purchase.merchant, f"{key}_gp", amount, purchase.currency, purchase.gateway, stage.clock.now()
            )
            changed = replace(right, **PAYMENT_MISTAKES[name](right, purchase.merchant))
            await _refused(desk, purchase, name, _recording(desk, changed))
        else:
            await _foreign(stage, purchase, creation(purchase, key, amount))


async def _foreign(stage: Stage, purchase: Purchase, command: CreateRefundCommand) -> None:
    """Requests a refund of the payment as a person of another merchant. The answer must be PaymentNotFound."""
    others = [merchant for merchant in stage.merchants if merchant.id != purchase.merchant.id]
    desk = stage.desk("approver1", stage.seeded_random.choice(others))
    await _refused(desk, purchase, "PaymentNotFound", _creating(desk, command))


def _creating(desk: Desk, command: CreateRefundCommand) -> Work:
    async def work(api: Api) -> object:
        return await api.create_refund(desk.principal, command)

    return work


def _recording(desk: Desk, command: RecordPaymentCommand) -> Work:
    async def work(api: Api) -> object:
        return await api.record_payment(desk.principal, command)

    return work


async def _refused(desk: Desk, purchase: Purchase, name: str, work: Work) -> None:
    answer = await desk.caller.insist(desk.apis, f"mistake {name}", purchase.payment_id, work)
    if answer.is_final and answer.outcome not in (name, *SPENT):
        desk.promises.broken(purchase.payment_id, f"a request that is {name} was answered {answer.outcome}")


async def shared_key(stage: Stage) -> None:
    """Requests refunds of two payments under one idempotency key. At most one of the refunds may be created.

    The requests are made at the same time or one after the other.
    """
    seeded_random, merchant = stage.seeded_random, stage.merchant()
    bought = [await stage.purchase(merchant, 0.4), await stage.purchase(merchant, 0.4)]
    purchases = [purchase for purchase in bought if purchase is not None]
    if len(purchases) < 2:
        return
    key, is_at_once = stage.key("shared"), seeded_random.random() < 0.7
    works = [share(stage.desk(f"shop{number}", merchant), purchase, key) for number, purchase in enumerate(purchases)]
    others = [
        stage.desk("shop2", merchant).create(purchase, stage.key(f"beside{number}"), max(1, purchase.amount // 4))
        for number, purchase in enumerate(purchases)
    ]
    await stage.together([*works, *others], is_at_once=is_at_once)


async def share(desk: Desk, purchase: Purchase, key: str) -> None:
    """Requests a refund under an idempotency key that is also used for other payments."""
    work = _creating(desk, creation(purchase, key, max(1, purchase.amount // 3)))
    asked = desk.promises.ask_under_shared_key(purchase.merchant.id, key)
    answer = await desk.caller.insist(desk.apis, "share_key", purchase.payment_id, work)
    if answer.is_ok:
        asked.payment_id = asked.payment_id or purchase.payment_id
        desk.promises.created(asked, answer.value.refund, purchase.payment_id)
    asked.is_key_used = asked.is_key_used or answer.outcome == KEY_REUSED


async def many(stage: Stage) -> None:
    """Requests refunds of one payment until no more fit.

    The limit is either the number of refunds that the merchant's parameter allows, or the document's size.
    """
    seeded_random = stage.seeded_random
    purchase = await stage.purchase(scale=1.5, is_lined=True, is_old=seeded_random.random() < 0.4)
    if purchase is None:
        return
    is_limited = seeded_random.random() < 0.5
    if is_limited:
        await stage.set_parameter(stage, NUMBER_MAX, "platform", MANY // 3)
    works = [_one_of_many(stage, purchase, number) for number in range(MANY)]
    for first in range(0, MANY, AT_ONCE):
        await stage.together(works[first : first + AT_ONCE], is_at_once=True)
    if is_limited:
        await stage.set_parameter(stage, NUMBER_MAX, "platform", 100)


async def _one_of_many(stage: Stage, purchase: Purchase, number: int) -> None:
    """Requests a draft or a submitted refund, and approves the refund if it needs approval.

    Some of the refunds have line items or metadata.
    """
    desk, key = stage.desk(f"shop{number % 2}", purchase.merchant), stage.key(f"many{number}")
    amount, lines = max(1, purchase.amount // MANY), purchase.lines[number : number + 1]
    made = await desk.create(
        purchase,
        key,
        lines[0].amount if lines else amount,
        is_submitted=number % 4 != 3,
        lines=lines,
        metadata=METADATA if number % 3 == 0 else None,
    )
    if made is not None and made.refund.status is Status.PENDING_APPROVAL:
        await stage.desk("approver1", purchase.merchant).decide(purchase.payment_id, made.refund.id, is_approved=True)
