"""Defines the JSON bodies of requests, answers and webhooks, with the limits of their fields.

`reading` decodes requests into these classes. `answers` encodes answers from these classes.
"""

from datetime import datetime
from typing import Annotated

import msgspec

from refunds_embedded.sandbox.behaviours import TOK_OK
from refunds_embedded.sandbox.books.entries import Status

AMOUNT_MAX = 10**15
ADVANCE_S_MAX = 10 * 366 * 86_400

Headers = list[tuple[str, str]]
Id = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_.:-]{1,128}\Z")]
PaymentId = Annotated[str, msgspec.Meta(pattern=r"\A[\x21-\x7e]{1,128}\Z")]
Currency = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
Amount = Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MAX)]
Token = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Metadata = Annotated[
    dict[
        Annotated[str, msgspec.Meta(min_length=1, max_length=64)],
        Annotated[str, msgspec.Meta(max_length=512)],
    ],
    msgspec.Meta(max_length=50),
]


class RefundCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a request to `POST /payments/{gateway_payment_id}/refunds`."""

    reference: Id
    amount: Amount
    currency: Currency
    captured_amount: Amount
    token: Token = TOK_OK.name
    metadata: Metadata | None = None


class DashboardCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a request to `POST /dashboard/refunds`."""

    gateway_payment_id: PaymentId
    amount: Amount
    currency: Currency
    captured_amount: Amount


class AdvanceCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a request to `POST /clock/advance`."""

    seconds: Annotated[float, msgspec.Meta(gt=0, le=ADVANCE_S_MAX)]


class RefundBody(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A refund in an answer. `updated_at` is when the refund got its current status.

    `error_code` (the normalized code) and `raw_code` are present only if the refund failed.
    """

    gateway_refund_id: str
    reference: str | None
    gateway_payment_id: str
    status: Status
    amount: int
    currency: str
    arn: str | None
    created_at: datetime
    updated_at: datetime
    error_code: str | msgspec.UnsetType = msgspec.UNSET
    raw_code: str | msgspec.UnsetType = msgspec.UNSET


class AcceptedBody(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a refund request if the result is sent only by webhook."""

    reference: str | None
    gateway_payment_id: str
    status: str = "accepted"


class ErrorFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reports what was refused and why. `field` and `rule` are present only if the call itself was invalid."""

    code: str
    message: str
    field: str | None = None
    rule: str | None = None


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of every error. If the books store the refusal, the body has the refund's reference and id."""

    error: ErrorFact
    reference: str | None = None
    gateway_refund_id: str | None = None


class MovementBody(msgspec.Struct, frozen=True, kw_only=True):
    """One movement of money, in minor units. A negative amount is money that came back."""

    gateway_refund_id: str
    reference: str | None
    amount: int
    at: datetime
    arn: str | None


class AccountBody(msgspec.Struct, frozen=True, kw_only=True):
    """What the books contain about one gateway payment."""

    gateway_payment_id: str
    moved: int
    pending: int
    captured_amount: int
    currency: str
    movements: list[MovementBody]


class AccountsBody(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `GET /books`, which is one page of the books."""

    data: list[AccountBody]
    next_cursor: str | None


class ClockBody(msgspec.Struct, frozen=True, kw_only=True):
    """The time of the sandbox's clock, and how far the clock was advanced."""

    now: datetime
    offset_seconds: float


class WebhookFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The refund that a webhook reports."""

    gateway_refund_id: str
    reference: str | None
    gateway_payment_id: str
    amount: int
    currency: str
    status: Status
    arn: str | None
    updated_at: datetime
    raw_code: str | msgspec.UnsetType = msgspec.UNSET


class WebhookBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a webhook. Every delivery of one event has the same `id`."""

    type: str
    id: str
    created_at: datetime
    data: WebhookFact


class Answer(msgspec.Struct, frozen=True):
    """The response to a call."""

    status: int
    headers: Headers
    body: bytes


class ErrorCodeBody(msgspec.Struct, frozen=True, kw_only=True):
    """One error code in the answer of `GET /error-codes`."""

    raw_code: str
    normalised: str
    http_status: int
    message: str


class ErrorCodesBody(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `GET /error-codes`."""

    data: list[ErrorCodeBody]


class HealthBody(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `GET /health/live` and `GET /health/ready`."""

    status: str
