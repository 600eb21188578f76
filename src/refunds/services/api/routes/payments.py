"""Handles the routes of captured payments.

Callers with the permission record payments. Every caller may read the payments in its scope.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from refunds.domain.errors import PaymentNotFound
from refunds.domain.money import was_currency_at
from refunds.domain.payment.idempotent_replay import as_first_recorded
from refunds.domain.payment.payment import MethodType, Payment, PaymentMethod
from refunds.ports.clock import Clock
from refunds.ports.payments.payments import PaymentStore
from refunds.runtime.http.endpoint import REPLAYED, Answer, Call, Endpoint, Example, json_answer
from refunds.runtime.schema.decoding import BodyReader, field_problem, fingerprint
from refunds.runtime.schema.fields import END, Moment, TenantId, utc
from refunds.runtime.schema.validation_messages import form
from refunds.services.api.checks.card_numbers import refuse_card_numbers, refuse_card_numbers_in_metadata
from refunds.services.api.fields import (
    PAYMENT_ID_PATTERN,
    Amount,
    Currency,
    GatewayName,
    LineItemBody,
    LineItems,
    Metadata,
    OutsideId,
    PaymentId,
    Token,
    check_may_choose_id,
    line_items_of,
)
from refunds.services.api.presenters import payment_out
from refunds.services.api.response_models import MethodOut, PaymentOut
from refunds.texts.fields import request_field_facts
from refunds.usecases.payments.record_payment import RecordPayment, RecordPaymentCommand

CLOCK_SKEW_MAX = timedelta(minutes=5)
"""Maximum time by which the clock of a caller may be ahead of the clock of this process."""

_ROUTE = "POST /v1/payments"
_PAYMENT_ID = re.compile(PAYMENT_ID_PATTERN)


class PaymentMethodBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """The payment method with which the customer paid. It has a token, never a card or account number."""

    type: MethodType
    token: Token = "tok_ok"
    brand: Annotated[str, Meta(max_length=40)] = ""
    last4: Annotated[str, form(r"^([0-9A-Za-z]{4})?" + END, "four letters or digits, or empty")] = ""


class RecordPaymentBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """A payment that was captured. Only callers whose scope is the whole platform may choose the `id`."""

    merchant_id: TenantId
    captured_amount: Amount
    currency: Currency
    payment_method: PaymentMethodBody
    gateway: GatewayName
    gateway_payment_id: OutsideId
    captured_at: Moment
    id: PaymentId | UnsetType = UNSET
    customer_id: OutsideId | UnsetType = UNSET
    line_items: LineItems = []
    metadata: Metadata = {}


def etag(payment: Payment) -> tuple[bytes, bytes]:
    """Returns the payment's version as an ETag header.

    Answers about a refund have this header too, because a refund has its payment's version.
    """
    return (b"etag", b'"%d"' % payment.version)


_body = BodyReader(RecordPaymentBody)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRoutes:
    """Handles the routes of captured payments."""

    payments: PaymentStore
    record_payment: RecordPayment
    clock: Clock

    async def record(self, call: Call) -> Answer:
        """Handles POST /v1/payments."""
        key = call.idempotency_key()
        body = _body.read(call.body)
        if body.id:
            check_may_choose_id(call.principal)
        command = self._command(body, key)
        stored, is_replayed = await self.record_payment(call.principal, command)
        payment = as_first_recorded(stored) if is_replayed else stored
        headers = (etag(payment), (b"location", f"/v1/payments/{payment.id}".encode()))
        return json_answer(payment_out(payment), 201, (*headers, *REPLAYED) if is_replayed else headers)

    def _command(self, body: RecordPaymentBody, key: str) -> RecordPaymentCommand:
        captured_at = utc(body.captured_at, "/captured_at")
        if not was_currency_at(body.currency, captured_at):
            raise field_problem("/currency", "invalid", request_field_facts.CurrencyNotInUse())
        if captured_at > self.clock.now() + CLOCK_SKEW_MAX:
            raise field_problem("/captured_at", "invalid", request_field_facts.InTheFuture())
        for index, item in enumerate(body.line_items):
            if item.quantity == 0:
                raise field_problem(f"/line_items/{index}/quantity", "invalid", request_field_facts.QuantityZero())
        if body.gateway_payment_id in (".", ".."):
            raise field_problem("/gateway_payment_id", "invalid", request_field_facts.PathOfDots())
        method = body.payment_method
        refuse_card_numbers(
            {"/payment_method/brand": method.brand},
            {
                "/id": body.id or "",
                "/payment_method/token": method.token,
                "/gateway_payment_id": body.gateway_payment_id,
                "/customer_id": body.customer_id or "",
            },
        )
        refuse_card_numbers_in_metadata(body.metadata)
        return RecordPaymentCommand(
            id=body.id or "",
            merchant_id=body.merchant_id,
            captured_amount=body.captured_amount,
            currency=body.currency,
            payment_method=PaymentMethod(type=method.type, token=method.token, brand=method.brand, last4=method.last4),
            gateway=body.gateway,
            gateway_payment_id=body.gateway_payment_id,
            captured_at=captured_at,
            customer_id=body.customer_id or "",
            line_items=line_items_of(body.line_items),
            metadata=body.metadata or None,
            idempotency_key=key,
            fingerprint=fingerprint(_ROUTE, body),
        )

    async def read(self, call: Call) -> Answer:
        """Handles GET /v1/payments/{payment_id}."""
        (payment_id,) = call.path_values
        if not _PAYMENT_ID.match(payment_id):
            raise PaymentNotFound(id=payment_id)
        payment = await self.payments.get(call.principal.scope, payment_id)
        return json_answer(payment_out(payment), headers=(etag(payment),))

    def endpoints(self) -> list[Endpoint]:
        """Returns the routes."""
        return [
            Endpoint(
                method="POST",
                path="/v1/payments",
                operation_id="recordPayment",
                tag="payments",
                summary="Record a captured payment",
                description="Records a payment that was captured, so that refunds of it can be requested.",
                handler=self.record,
                action="record_payment",
                status=201,
                request=RecordPaymentBody,
                response=PaymentOut,
                needs_key=True,
                problems=(
                    "tenant_not_found",
                    "line_items_exceed_captured",
                    "already_exists",
                    "idempotency_key_reused",
                    "outcome_unknown",
                ),
                request_examples=(Example(summary="A card payment", value=_EXAMPLE_IN),),
                response_example=EXAMPLE_PAYMENT,
            ),
            Endpoint(
                method="GET",
                path="/v1/payments/{payment_id}",
                operation_id="getPayment",
                tag="payments",
                summary="Read a payment",
                handler=self.read,
                action="read_payments",
                response=PaymentOut,
                problems=("payment_not_found",),
                response_example=EXAMPLE_PAYMENT,
            ),
        ]


_CAPTURED_AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

_EXAMPLE_IN = RecordPaymentBody(
    id="pay_01",
    merchant_id="mer_01",
    captured_amount=10_000,
    currency="EUR",
    payment_method=PaymentMethodBody(type=MethodType.CREDIT_CARD, token="tok_ok", brand="visa", last4="4242"),
    gateway="sandbox",
    gateway_payment_id="gw_01",
    captured_at=_CAPTURED_AT,
    customer_id="cus_01",
    line_items=[LineItemBody(id="shoes", amount=10_000, tax_amount=1_597, quantity=1, description="A pair of shoes")],
    metadata={"order": "1001"},
)

EXAMPLE_PAYMENT = PaymentOut(
    id="pay_01",
    merchant_id="mer_01",
    captured_amount=10_000,
    refunded_amount=0,
    reserved_amount=2_500,
    refundable_amount=7_500,
    currency="EUR",
    payment_method=MethodOut(type="credit_card", token="tok_ok", brand="visa", last4="4242"),
    gateway="sandbox",
    gateway_payment_id="gw_01",
    dispute="none",
    captured_at=_CAPTURED_AT,
    created_at=_CAPTURED_AT,
    customer_id="cus_01",
    line_items=_EXAMPLE_IN.line_items,
    metadata={"order": "1001"},
)
