"""Defines the bodies of the command line's requests, with the field names of the public contract.

Amounts are in minor units. Fields without a value are left out of the body.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

SetValue: TypeAlias = int | bool | str | Sequence[int | str] | dict[str, int] | None
"""All types that parameter values can have. The definition of each parameter allows one of these types."""


class PaymentMethodBody(msgspec.Struct, kw_only=True):
    """The type and token of a payment method."""

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
    """The reason why a refund is requested."""

    code: str
    text: str | UnsetType = UNSET


class RefundBody(msgspec.Struct, kw_only=True):
    """Body of `POST /v1/refunds`. If no amount is given, the whole refundable amount is requested."""

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
    """A value of a parameter for a tenant. By default, the value is in force from now on."""

    tenant_id: str
    value: SetValue
    effective_from: datetime | UnsetType = UNSET
    expires_at: datetime | UnsetType = UNSET
