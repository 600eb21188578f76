"""Defines the bodies of requests about refunds, and turns a body into the use case's command.

Single requests and rows of files use the same command.
"""

from enum import StrEnum
from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from refunds.domain.attempt.reconciliation import Resolution
from refunds.domain.eligibility.eligibility import ConnectedMethod
from refunds.domain.payment.payment import CODE_CHARS_MAX, Reason, RefundMethod
from refunds.runtime.schema.decoding import fingerprint, given
from refunds.services.api.checks.card_numbers import refuse_card_numbers, refuse_card_numbers_in_metadata
from refunds.services.api.fields import (
    Currency,
    LineItems,
    Metadata,
    PaymentId,
    ReasonBody,
    RefundAmount,
    Text,
    line_items_of,
)
from refunds.usecases.refunds.create_refund import CreateRefundCommand

ROUTE = "POST /v1/refunds"

Note: TypeAlias = Annotated[str, Meta(min_length=1, max_length=CODE_CHARS_MAX, examples=["INC-77"])]


class CreateRefundBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Requests a refund. Without `amount`, the refund is for the whole refundable amount.

    If `submit` is false, the refund is a draft and reserves no amount. No field may be null: leave a field out instead.
    """

    payment_id: PaymentId
    reason: ReasonBody
    amount: RefundAmount | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    method: ConnectedMethod = ConnectedMethod.ORIGINAL_PAYMENT
    line_items: LineItems = []
    metadata: Metadata = {}
    submit: bool = True


class NoBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """No body, or an empty object."""


class ApprovalDecision(StrEnum):
    """An approver's decision."""

    APPROVE = "approve"
    REJECT = "reject"


class DecideApprovalBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """One person's decision."""

    decision: ApprovalDecision
    text: Text = ""


class ReconcileRefundBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to do with a refund whose outcome is unknown.

    Either the service queries the gateway again, or it records what the gateway's books show. `note` names the case,
    for example a ticket. Everybody who may read the refund's events can read the note.
    """

    resolution: Resolution
    note: Note


def command_of(body: CreateRefundBody, key: str) -> CreateRefundCommand:
    """Returns the use case's command, for single requests and rows of a file."""
    refuse_card_numbers({"/reason/text": body.reason.text, "/reason/code": body.reason.code})
    refuse_card_numbers_in_metadata(body.metadata)
    return CreateRefundCommand(
        payment_id=body.payment_id,
        idempotency_key=key,
        fingerprint=fingerprint(ROUTE, body),
        amount=given(body.amount),
        currency=given(body.currency),
        method=RefundMethod(body.method.value),
        reason=Reason(code=body.reason.code, text=body.reason.text),
        line_items=line_items_of(body.line_items) if body.line_items else (),
        metadata=body.metadata or None,
        is_submitted=body.submit,
    )
