"""Defines the response models of payments, refunds, events and tenants.

`presenters` creates them from the domain's values. Amounts are in minor units. Times are RFC 3339 in UTC.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import MethodType, RefundMethod
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import Role, TenantKind
from refunds.services.api.fields import LineItemBody, ReasonBody


def _open(values: type[StrEnum], description: str) -> Meta:
    """Returns the schema of a text that has one of these values. A later release may add values (docs/api.md)."""
    known = sorted(value.value for value in values)
    return Meta(description=description, extra_json_schema={"x-extensible-enum": known})


Instant: TypeAlias = Annotated[datetime, Meta(tz=True, description="RFC 3339, in UTC.")]
NeverKnown: TypeAlias = Annotated[
    Instant | None,
    Meta(
        description="Always null: no gateway reports when the money arrives. There is no replacement.",
        extra_json_schema={"deprecated": True, "x-sunset": "2028-01-31"},
    ),
]
"""The type of a field that is always null. The field will be removed on its sunset date (docs/api.md)."""
StatusText: TypeAlias = Annotated[str, _open(Status, "The status of the refund.")]
EventTypeText: TypeAlias = Annotated[str, _open(EventType, "What happened.")]
MethodTypeText: TypeAlias = Annotated[str, _open(MethodType, "How the customer paid.")]
RefundMethodText: TypeAlias = Annotated[str, _open(RefundMethod, "Where the money goes.")]
TenantKindText: TypeAlias = Annotated[str, _open(TenantKind, "The level of the tenant in the tree.")]
RoleText: TypeAlias = Annotated[str, _open(Role, "The role of the person who decided.")]


class StatusReason(Struct, kw_only=True):
    """Why the refund has its status."""

    code: str
    message: str


class StatusReasonCode(Struct, kw_only=True):
    """Why the refund has its status. Lists have the code only; `GET /v1/refunds/{refund_id}` adds the message."""

    code: str


class ReasonCode(Struct, kw_only=True):
    """Why the refund was requested. Lists have the code only; `GET /v1/refunds/{refund_id}` adds the text."""

    code: str


class MethodTypeOut(Struct, kw_only=True):
    """How the customer paid. Lists of refunds have the type only; the payment has the other fields."""

    type: MethodTypeText


class MethodOut(Struct, kw_only=True):
    """How the customer paid."""

    type: MethodTypeText
    token: str
    brand: str
    last4: str


class Destination(Struct, kw_only=True):
    """Where the refunded money goes."""

    type: str
    brand: str = ""
    last4: str = ""


class Fee(Struct, kw_only=True):
    """The fee of the refund."""

    kind: str
    amount: int


class AttemptError(Struct, kw_only=True):
    """A gateway's error: `code` is this service's code for the error, `raw` is the gateway's own code."""

    code: str
    raw: str


class AttemptOut(Struct, kw_only=True):
    """One intended movement of money at the gateway."""

    id: str
    gateway: str
    gateway_refund_id: str | None
    outcome: str
    tries: int
    error: AttemptError | None
    at: Instant


class ApprovalOut(Struct, kw_only=True):
    """One person's decision."""

    by: str
    role: RoleText
    decision: str
    at: Instant
    text: str


class ViolationOut(Struct, kw_only=True):
    """One broken rule, and what can be done about it."""

    code: str
    category: str
    pointer: str
    message: str
    remediation: str


class PaymentOut(Struct, kw_only=True):
    """A captured payment."""

    id: str
    merchant_id: str
    captured_amount: int
    refunded_amount: int
    reserved_amount: int
    refundable_amount: int
    currency: str
    payment_method: MethodOut
    gateway: str
    gateway_payment_id: str
    dispute: str
    captured_at: Instant
    created_at: Instant
    customer_id: str | None
    line_items: Sequence[LineItemBody]
    metadata: Mapping[str, str]


class RefundOut(Struct, kw_only=True):
    """A refund."""

    id: str
    payment_id: str
    merchant_id: str
    status: StatusText
    status_reason: StatusReason | None
    amount: int
    currency: str
    method: RefundMethodText
    destination: Destination
    reason: ReasonBody
    line_items: Sequence[LineItemBody]
    fees: Sequence[Fee]
    violations: Sequence[ViolationOut]
    approvals_required: int
    approvals: Sequence[ApprovalOut]
    attempts: Sequence[AttemptOut]
    arn: str | None
    expected_at: NeverKnown
    created_at: Instant
    updated_at: Instant
    created_by: str
    metadata: Mapping[str, str]


class RefundRowOut(Struct, kw_only=True):
    """A refund in a list. Some fields have less content than in `GET /v1/refunds/{refund_id}`.

    Lists get changes with a short delay.
    """

    id: str
    payment_id: str
    merchant_id: str
    status: StatusText
    status_reason: StatusReasonCode | None
    amount: int
    currency: str
    method: RefundMethodText
    payment_method: MethodTypeOut
    gateway: str
    reason: ReasonCode
    created_by: str
    created_at: Instant
    updated_at: Instant


class KnownReasonOut(Struct, kw_only=True):
    """A reason code that refunds may have. `source` is `product`, or the tenant that added the code."""

    code: str
    meaning: str | None
    source: str


class KnownReasonPageOut(Struct, kw_only=True):
    """All reason codes that refunds of a tenant may have."""

    data: Sequence[KnownReasonOut]
    next_cursor: str | None


class RefundPageOut(Struct, kw_only=True):
    """A page of refunds, newest first; `next_cursor` is null on the last page."""

    data: Sequence[RefundRowOut]
    next_cursor: str | None


class EventOut(Struct, kw_only=True):
    """A change of a refund."""

    id: str
    type: EventTypeText
    at: Instant
    refund_id: str
    actor: str
    from_status: StatusText | None
    status: StatusText
    amount: int
    code: str | None


class EventPageOut(Struct, kw_only=True):
    """The latest events of a refund, oldest first."""

    data: Sequence[EventOut]
    next_cursor: str | None


class WhyOut(Struct, kw_only=True):
    """Why the refund has its status, what happens next, and when."""

    refund_id: str
    status: StatusText
    because: str
    next: str
    next_at: Instant | None
    waits_for: str


class TenantOut(Struct, kw_only=True):
    """A tenant; `path` runs from the root of the tree to the tenant."""

    id: str
    kind: TenantKindText
    parent_id: str | None
    name: str
    path: Sequence[str]


class TenantPageOut(Struct, kw_only=True):
    """Tenants directly below one tenant."""

    data: Sequence[TenantOut]
    next_cursor: str | None


class ScopedEventOut(Struct, kw_only=True):
    """A change of a payment or of one of its refunds."""

    id: str
    type: EventTypeText
    at: Instant
    merchant_id: str
    payment_id: str
    refund_id: str | None
    actor: str
    from_status: StatusText | None
    status: StatusText
    amount: int
    code: str | None


class ScopedEventPageOut(Struct, kw_only=True):
    """A page of events, oldest first within a merchant; `next_cursor` is null on the last page."""

    data: Sequence[ScopedEventOut]
    next_cursor: str | None


class AuditRecordOut(Struct, kw_only=True):
    """A record of a tenant's audit log, with all that its hash covers. `body` is the exact text that is hashed."""

    tenant_id: str
    seq: int
    subject: str
    version: int
    body: str
    previous_hash: str
    hash: str


class AuditPageOut(Struct, kw_only=True):
    """A page of a tenant's audit log, oldest first; `next_cursor` is null on the last page."""

    data: Sequence[AuditRecordOut]
    next_cursor: str | None
