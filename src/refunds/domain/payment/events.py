"""Defines the events of payments and refunds.

An event is written in the same update as the change, and is kept in the refund's history. An event in a history takes
less than 300 bytes. The name of an event type is a noun and a past participle, for example `refund.completed`.
"""

from datetime import datetime

from msgspec import Struct

from refunds.domain.open_enum import OpenEnum


class EventType(OpenEnum):
    """The types of events. A stored event may have a type that only a later release knows."""

    PAYMENT_CAPTURED = "payment.captured"
    PAYMENT_DISPUTED = "payment.disputed"
    REFUND_REQUESTED = "refund.requested"
    REFUND_SUBMITTED = "refund.submitted"
    REFUND_READY = "refund.ready"
    REFUND_APPROVAL_REQUESTED = "refund.approval_requested"
    REFUND_APPROVAL_GIVEN = "refund.approval_given"
    REFUND_VALIDATION_FAILED = "refund.validation_failed"
    REFUND_REJECTED = "refund.rejected"
    REFUND_CANCELED = "refund.canceled"
    REFUND_GATEWAY_PENDING = "refund.gateway_pending"
    REFUND_GATEWAY_ERROR = "refund.gateway_error"
    REFUND_OUTCOME_UNKNOWN = "refund.outcome_unknown"
    REFUND_COMPLETED = "refund.completed"
    REFUND_FAILED = "refund.failed"
    REFUND_REVERSED = "refund.reversed"
    REFUND_CONTRADICTED = "refund.contradicted"
    REFUND_TAKEN_UP = "refund.taken_up"
    EXTERNAL_REFUND_RECORDED = "refund.adopted"


CREATION_EVENTS = frozenset({EventType.REFUND_REQUESTED, EventType.EXTERNAL_REFUND_RECORDED})
"""The types that the first event of a refund can have."""


class Event(Struct, frozen=True, kw_only=True):
    """A change that happened. `amount` is in minor units. `code` is a short reason or a normalized error code."""

    id: str
    type: EventType
    at: datetime
    refund_id: str
    actor: str
    from_status: str
    status: str
    amount: int
    code: str = ""
