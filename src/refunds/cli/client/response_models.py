"""Defines the API's responses, with only the fields that the command line needs. Unknown fields are ignored.

Amounts are in minor units, and times have the format of RFC 3339.
"""

from datetime import datetime

import msgspec

from refunds.domain.money import EXPONENTS, format_amount, to_decimal_text

JsonValue = msgspec.Raw


class MethodOut(msgspec.Struct):
    """The payment method by which the customer paid."""

    type: str
    token: str = ""
    brand: str = ""
    last4: str = ""


class PaymentOut(msgspec.Struct):
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
    captured_at: datetime
    dispute: str = "none"


class ReasonOut(msgspec.Struct):
    """A code with an explanation. The API names the explanation `message` or `text`."""

    code: str = ""
    message: str = ""
    text: str = ""


class ErrorOut(msgspec.Struct):
    """An error of the gateway. `code` is the product's own code, and `raw` is the gateway's code."""

    code: str = ""
    raw: str = ""


class AttemptOut(msgspec.Struct):
    """One intended movement of money at the gateway."""

    id: str
    gateway: str
    outcome: str = ""
    gateway_refund_id: str | None = None
    error: ErrorOut | None = None


class ApprovalOut(msgspec.Struct):
    """One person's decision to approve or reject a refund."""

    by: str
    decision: str
    role: str = ""
    text: str = ""


class RefundOut(msgspec.Struct):
    """A refund."""

    id: str
    payment_id: str
    merchant_id: str
    status: str
    amount: int
    currency: str
    method: str
    created_at: datetime
    updated_at: datetime
    created_by: str = ""
    status_reason: ReasonOut | None = None
    reason: ReasonOut | None = None
    attempts: tuple[AttemptOut, ...] = ()
    approvals: tuple[ApprovalOut, ...] = ()
    arn: str | None = None


class RefundRowOut(msgspec.Struct):
    """One refund in a list of refunds."""

    id: str
    payment_id: str
    merchant_id: str
    status: str
    amount: int
    currency: str
    method: str
    created_at: datetime
    created_by: str = ""
    reason: ReasonOut | None = None


class RefundPageOut(msgspec.Struct):
    """One page of a list of refunds. `next_cursor` is None on the last page."""

    data: tuple[RefundRowOut, ...]
    next_cursor: str | None = None


class KnownReasonOut(msgspec.Struct):
    """A reason code that a refund may have."""

    code: str
    source: str
    meaning: str | None = None


class KnownReasonPageOut(msgspec.Struct):
    """All reason codes that refunds of one tenant may have."""

    data: tuple[KnownReasonOut, ...]


class WhyOut(msgspec.Struct):
    """Explains why a refund has its status, and what happens next."""

    status: str
    because: str
    next: str = ""
    next_at: datetime | None = None
    waits_for: str | None = None


class EventOut(msgspec.Struct):
    """A change of a refund."""

    id: str
    type: str
    at: datetime
    actor: str = ""
    from_status: str | None = None
    status: str = ""
    code: str | None = None


class EventsOut(msgspec.Struct):
    """The events of one refund, oldest first."""

    data: tuple[EventOut, ...]


class TenantOut(msgspec.Struct):
    """A tenant and its place in the tree of tenants."""

    id: str
    kind: str
    name: str
    parent_id: str | None = None


class TenantsOut(msgspec.Struct):
    """The tenants directly below a tenant."""

    data: tuple[TenantOut, ...]


class DefinitionOut(msgspec.Struct):
    """A parameter that can be set."""

    name: str
    type: str
    default: JsonValue
    description: str = ""


class DefinitionsOut(msgspec.Struct):
    """All parameters that can be set."""

    data: tuple[DefinitionOut, ...]


class ResolvedOut(msgspec.Struct):
    """A parameter's value that is in force, and where it was set."""

    name: str
    value: JsonValue
    source: str
    set_by: str | None = None
    effective_from: datetime | None = None
    expires_at: datetime | None = None


class ResolvedPageOut(msgspec.Struct):
    """All parameter values that are in force for a tenant."""

    data: tuple[ResolvedOut, ...]


def money(amount: int, currency: str) -> str:
    """Formats an amount for people, for example "5.800 KWD" for 5800 and "KWD".

    If the currency is unknown, the amount is shown in minor units.
    """
    if currency not in EXPONENTS:
        return format_amount(amount, currency)
    return f"{to_decimal_text(amount, currency)} {currency}"


def moment(at: datetime | None) -> str:
    """Formats a time in UTC, to the second, for people. Returns an empty text for None."""
    return "" if at is None else at.strftime("%Y-%m-%d %H:%M:%S UTC")
