"""Bodies of the command line's requests, with the public contract's field names.

Amounts are in minor units. Absent fields are left out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

SetValue: TypeAlias = int | bool | str | Sequence[int | str] | dict[str, int] | None
"""All types that a parameter's value can have; the parameter's definition allows one of them."""


class PaymentMethodBody(msgspec.Struct, kw_only=True):
    """The token of a payment method."""

    type: str
    token: str


class LineItemBody(msgspec.Struct, kw_only=True):
    """A line item of a payment."""

    id: str
    amount: int
    tax_amount: int = 0
    quantity: int = 1
    description: str = ""


class PaymentBody(msgspec.Struct, kw_only=True):
    """Body of `POST /v1/payments`."""

    merchant_id: str
    captured_amount: int
    currency: str
    payment_method: PaymentMethodBody
    gateway: str
    gateway_payment_id: str
    captured_at: datetime
    customer_id: str
    id: str | UnsetType = UNSET
    line_items: tuple[LineItemBody, ...] | UnsetType = UNSET


class ReasonBody(msgspec.Struct, kw_only=True):
    """Why the refund is requested."""

    code: str
    text: str | UnsetType = UNSET


class RefundBody(msgspec.Struct, kw_only=True):
    """Body of `POST /v1/refunds`; without an amount, the whole refundable amount is requested."""

    payment_id: str
    reason: ReasonBody
    amount: int | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    method: str | UnsetType = UNSET
    metadata: dict[str, str] | UnsetType = UNSET
    submit: bool | UnsetType = UNSET


class ApprovalBody(msgspec.Struct, kw_only=True):
    """Body of `POST /v1/refunds/{id}/approvals`."""

    decision: str
    text: str | UnsetType = UNSET


class ReconciliationBody(msgspec.Struct, kw_only=True):
    """Body of `POST /v1/refunds/{id}/reconcile`."""

    resolution: str
    note: str


class TenantBody(msgspec.Struct, kw_only=True):
    """Body of `POST /v1/tenants`."""

    kind: str
    parent_id: str
    name: str
    id: str | UnsetType = UNSET


class ParameterValueBody(msgspec.Struct, kw_only=True):
    """A parameter's value for a tenant, in force from now on by default."""

    tenant_id: str
    value: SetValue
    effective_from: datetime | UnsetType = UNSET
    expires_at: datetime | UnsetType = UNSET
