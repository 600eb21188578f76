"""Defines `refunds payment`, which records captured payments and shows payments."""

from datetime import datetime

from cyclopts import App

from refunds.adapters.local.clock import SystemClock
from refunds.adapters.local.ids import SystemIds
from refunds.cli.client.amounts import minor_units
from refunds.cli.client.choices import MethodTypeChoice
from refunds.cli.client.client import Call
from refunds.cli.client.http_call import key_or_new, show
from refunds.cli.client.instance_option import USUAL, AsJson, Target
from refunds.cli.client.request_models import PaymentBody, PaymentMethodBody
from refunds.cli.client.response_models import PaymentOut, moment, money
from refunds.cli.client.sandbox_tokens import SANDBOX, sandbox_token_of
from refunds.cli.client.subject_ids import payment_id_of
from refunds.cli.errors import command
from refunds.cli.views.output import print_fields
from refunds.domain.payment.payment import MethodType

app = App(name="payment", help="Record and show captured payments.")


@app.command
@command
async def record(
    *,
    merchant: str,
    amount: str,
    currency: str,
    method: MethodTypeChoice = MethodType.CREDIT_CARD,
    method_token: str = "tok_ok",  # noqa: S107 - the name of a sandbox behaviour
    gateway: str = "sandbox",
    gateway_payment_id: str | None = None,
    captured_at: datetime | None = None,
    customer: str = "cus_cli",
    key: str | None = None,
    target: Target = USUAL,
    as_json: AsJson = False,
) -> int:
    """Record a captured payment.

    Parameters
    ----------
    merchant
        Id of the merchant that was paid.
    amount
        Captured amount, such as 12.50.
    currency
        ISO 4217 code.
    method
        How the customer paid.
    method_token
        The gateway's token of the payment method. For the sandbox gateway, the token selects the behaviour.
    gateway
        The gateway that captured the payment.
    gateway_payment_id
        The gateway's id of the payment; by default a new one.
    captured_at
        Time of the capture (UTC); by default now.
    customer
        Id of the customer.
    key
        Idempotency-Key; by default a new one.
    """
    token = sandbox_token_of(method_token) if gateway == SANDBOX else method_token
    body = PaymentBody(
        merchant_id=merchant,
        captured_amount=minor_units(amount, currency),
        currency=currency,
        payment_method=PaymentMethodBody(type=method.value, token=token),
        gateway=gateway,
        gateway_payment_id=gateway_payment_id or SystemIds().new("gp"),
        captured_at=_utc(captured_at),
        customer_id=customer,
    )
    call = Call(method="POST", path="/v1/payments", body=body, key=key_or_new(key))
    return await show(target, call, PaymentOut, _view, as_json)


@app.command
@command
async def get(payment_id: str, *, target: Target = USUAL, as_json: AsJson = False) -> int:
    """Show a payment.

    Parameters
    ----------
    payment_id
        Id of the payment.
    """
    call = Call(method="GET", path="/v1/payments/{}", ids=(payment_id_of(payment_id),))
    return await show(target, call, PaymentOut, _view, as_json)


def _utc(at: datetime | None) -> datetime:
    now = SystemClock().now()
    return now if at is None else at.replace(tzinfo=at.tzinfo or now.tzinfo)


def _view(payment: PaymentOut) -> None:
    def of(amount: int) -> str:
        return money(amount, payment.currency)

    print_fields(
        (
            ("payment", payment.id),
            ("merchant", payment.merchant_id),
            ("captured", f"{of(payment.captured_amount)} at {moment(payment.captured_at)}"),
            ("reserved", of(payment.reserved_amount)),
            ("refunded", of(payment.refunded_amount)),
            ("refundable", of(payment.refundable_amount)),
            ("method", f"{payment.payment_method.type} ({payment.payment_method.token})"),
            ("gateway", f"{payment.gateway} {payment.gateway_payment_id}"),
            ("dispute", payment.dispute),
        )
    )
