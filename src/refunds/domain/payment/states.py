"""Defines the states of a refund as one table, which maps a status and a fact to the next status.

Another table has the effect of each status on the payment's amounts. Only `next_status` reads the table of states.
docs/states.md is generated from it, and a test checks every pair. A pair that leads to its own status is a repeat,
which changes nothing and emits no event. A pair that is not in the table is an error.
"""

from enum import StrEnum

from refunds.domain.errors import TransitionNotAllowed


class Status(StrEnum):
    """The status of a refund."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VALIDATION_FAILED = "validation_failed"
    PENDING_APPROVAL = "pending_approval"
    REJECTED = "rejected"
    PROCESSING = "processing"
    GATEWAY_PENDING = "gateway_pending"
    GATEWAY_ERROR = "gateway_error"
    UNKNOWN = "unknown"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"
    REVERSED = "reversed"


class Fact(StrEnum):
    """What can happen to a refund.

    `gateway_refused` means that the gateway refused a submission, so no money moved. `gateway_failed` means that the
    refund itself failed, as a webhook or status query reported. `gateway_unavailable` means that a submission did not
    reach the gateway, or that the gateway does not know the attempt. The refund is then submitted again.

    `contradicted` means that a result is the opposite of the refund's final status. A status query follows, and its
    answer is one of the other facts. `merged` ends an external refund that proves to be a refund of this service.
    `refunded_at_gateway` ends an unsent refund whose amount an external refund has taken.
    """

    SUBMITTED = "submitted"
    REVIEW_PASSED = "review_passed"
    REVIEW_FAILED = "review_failed"
    APPROVAL_REQUIRED = "approval_required"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELED = "canceled"
    GATEWAY_PENDING = "gateway_pending"
    GATEWAY_SUCCEEDED = "gateway_succeeded"
    GATEWAY_REFUSED = "gateway_refused"
    GATEWAY_FAILED = "gateway_failed"
    GATEWAY_UNAVAILABLE = "gateway_unavailable"
    OUTCOME_UNKNOWN = "outcome_unknown"
    RETRIES_EXHAUSTED = "retries_exhausted"
    CONTRADICTED = "contradicted"
    MERGED = "merged"
    REFUNDED_AT_GATEWAY = "refunded_at_gateway"


class ReservationEffect(StrEnum):
    """How a status counts the refund's amount in the payment: as reserved, as refunded, or not at all."""

    NOTHING = "nothing"
    RESERVED = "reserved"
    REFUNDED = "refunded"


_S, _F = Status, Fact

TABLE: dict[tuple[Status, Fact], Status] = {
    (_S.DRAFT, _F.SUBMITTED): _S.SUBMITTED,
    (_S.DRAFT, _F.CANCELED): _S.CANCELED,
    (_S.SUBMITTED, _F.REVIEW_PASSED): _S.PROCESSING,
    (_S.SUBMITTED, _F.REVIEW_FAILED): _S.VALIDATION_FAILED,
    (_S.SUBMITTED, _F.APPROVAL_REQUIRED): _S.PENDING_APPROVAL,
    (_S.SUBMITTED, _F.CANCELED): _S.CANCELED,
    (_S.SUBMITTED, _F.REFUNDED_AT_GATEWAY): _S.CANCELED,
    (_S.PENDING_APPROVAL, _F.APPROVED): _S.PROCESSING,
    (_S.PENDING_APPROVAL, _F.REJECTED): _S.REJECTED,
    (_S.PENDING_APPROVAL, _F.CANCELED): _S.CANCELED,
    (_S.PENDING_APPROVAL, _F.REFUNDED_AT_GATEWAY): _S.CANCELED,
    (_S.PROCESSING, _F.GATEWAY_PENDING): _S.GATEWAY_PENDING,
    (_S.PROCESSING, _F.GATEWAY_SUCCEEDED): _S.COMPLETED,
    (_S.PROCESSING, _F.GATEWAY_REFUSED): _S.FAILED,
    (_S.PROCESSING, _F.GATEWAY_FAILED): _S.FAILED,
    (_S.PROCESSING, _F.GATEWAY_UNAVAILABLE): _S.GATEWAY_ERROR,
    (_S.PROCESSING, _F.OUTCOME_UNKNOWN): _S.UNKNOWN,
    (_S.GATEWAY_PENDING, _F.GATEWAY_PENDING): _S.GATEWAY_PENDING,
    (_S.GATEWAY_PENDING, _F.GATEWAY_SUCCEEDED): _S.COMPLETED,
    (_S.GATEWAY_PENDING, _F.GATEWAY_REFUSED): _S.FAILED,
    (_S.GATEWAY_PENDING, _F.GATEWAY_FAILED): _S.FAILED,
    (_S.GATEWAY_PENDING, _F.GATEWAY_UNAVAILABLE): _S.GATEWAY_PENDING,
    (_S.GATEWAY_PENDING, _F.OUTCOME_UNKNOWN): _S.UNKNOWN,
    (_S.GATEWAY_ERROR, _F.GATEWAY_PENDING): _S.GATEWAY_PENDING,
    (_S.GATEWAY_ERROR, _F.GATEWAY_SUCCEEDED): _S.COMPLETED,
    (_S.GATEWAY_ERROR, _F.GATEWAY_REFUSED): _S.FAILED,
    (_S.GATEWAY_ERROR, _F.GATEWAY_FAILED): _S.FAILED,
    (_S.GATEWAY_ERROR, _F.GATEWAY_UNAVAILABLE): _S.GATEWAY_ERROR,
    (_S.GATEWAY_ERROR, _F.OUTCOME_UNKNOWN): _S.UNKNOWN,
    (_S.GATEWAY_ERROR, _F.RETRIES_EXHAUSTED): _S.FAILED,
    (_S.UNKNOWN, _F.GATEWAY_PENDING): _S.GATEWAY_PENDING,
    (_S.UNKNOWN, _F.GATEWAY_SUCCEEDED): _S.COMPLETED,
    (_S.UNKNOWN, _F.GATEWAY_REFUSED): _S.FAILED,
    (_S.UNKNOWN, _F.GATEWAY_FAILED): _S.FAILED,
    (_S.UNKNOWN, _F.GATEWAY_UNAVAILABLE): _S.GATEWAY_ERROR,
    (_S.UNKNOWN, _F.OUTCOME_UNKNOWN): _S.UNKNOWN,
    (_S.UNKNOWN, _F.RETRIES_EXHAUSTED): _S.FAILED,
    (_S.COMPLETED, _F.GATEWAY_SUCCEEDED): _S.COMPLETED,
    (_S.COMPLETED, _F.GATEWAY_PENDING): _S.COMPLETED,
    (_S.COMPLETED, _F.GATEWAY_UNAVAILABLE): _S.COMPLETED,
    (_S.COMPLETED, _F.OUTCOME_UNKNOWN): _S.COMPLETED,
    (_S.COMPLETED, _F.GATEWAY_REFUSED): _S.COMPLETED,
    (_S.COMPLETED, _F.GATEWAY_FAILED): _S.REVERSED,
    (_S.COMPLETED, _F.RETRIES_EXHAUSTED): _S.COMPLETED,
    (_S.COMPLETED, _F.CONTRADICTED): _S.COMPLETED,
    (_S.COMPLETED, _F.MERGED): _S.REVERSED,
    (_S.FAILED, _F.GATEWAY_REFUSED): _S.FAILED,
    (_S.FAILED, _F.GATEWAY_FAILED): _S.FAILED,
    (_S.FAILED, _F.GATEWAY_PENDING): _S.FAILED,
    (_S.FAILED, _F.GATEWAY_UNAVAILABLE): _S.FAILED,
    (_S.FAILED, _F.OUTCOME_UNKNOWN): _S.FAILED,
    (_S.FAILED, _F.RETRIES_EXHAUSTED): _S.FAILED,
    (_S.FAILED, _F.GATEWAY_SUCCEEDED): _S.COMPLETED,
    (_S.FAILED, _F.CONTRADICTED): _S.UNKNOWN,
    (_S.REVERSED, _F.GATEWAY_REFUSED): _S.REVERSED,
    (_S.REVERSED, _F.GATEWAY_FAILED): _S.REVERSED,
    (_S.REVERSED, _F.RETRIES_EXHAUSTED): _S.REVERSED,
    (_S.REVERSED, _F.GATEWAY_SUCCEEDED): _S.COMPLETED,
    (_S.REVERSED, _F.CONTRADICTED): _S.UNKNOWN,
    (_S.REVERSED, _F.GATEWAY_PENDING): _S.REVERSED,
    (_S.REVERSED, _F.GATEWAY_UNAVAILABLE): _S.REVERSED,
    (_S.REVERSED, _F.OUTCOME_UNKNOWN): _S.REVERSED,
    (_S.CANCELED, _F.CANCELED): _S.CANCELED,
    (_S.CANCELED, _F.GATEWAY_REFUSED): _S.CANCELED,
    (_S.CANCELED, _F.GATEWAY_FAILED): _S.CANCELED,
}

RESERVATION_EFFECTS: dict[Status, ReservationEffect] = {
    _S.DRAFT: ReservationEffect.NOTHING,
    _S.SUBMITTED: ReservationEffect.RESERVED,
    _S.VALIDATION_FAILED: ReservationEffect.NOTHING,
    _S.PENDING_APPROVAL: ReservationEffect.RESERVED,
    _S.REJECTED: ReservationEffect.NOTHING,
    _S.PROCESSING: ReservationEffect.RESERVED,
    _S.GATEWAY_PENDING: ReservationEffect.RESERVED,
    _S.GATEWAY_ERROR: ReservationEffect.RESERVED,
    _S.UNKNOWN: ReservationEffect.RESERVED,
    _S.COMPLETED: ReservationEffect.REFUNDED,
    _S.FAILED: ReservationEffect.NOTHING,
    _S.CANCELED: ReservationEffect.NOTHING,
    _S.REVERSED: ReservationEffect.NOTHING,
}

FINAL: frozenset[Status] = frozenset(
    {_S.VALIDATION_FAILED, _S.REJECTED, _S.COMPLETED, _S.FAILED, _S.CANCELED, _S.REVERSED}
)

ENDED_WITHOUT_MONEY: frozenset[Status] = frozenset(
    {s for s in FINAL if RESERVATION_EFFECTS[s] is ReservationEffect.NOTHING}
)

WAITS_FOR_PERSON: frozenset[Status] = frozenset({_S.DRAFT, _S.PENDING_APPROVAL})

CANCELABLE: frozenset[Status] = frozenset(status for status, fact in TABLE if fact is Fact.CANCELED)
"""All statuses before `processing`, and `canceled` itself, because a repeated cancellation changes nothing."""


def reservation_effect_of(status: str) -> ReservationEffect | None:
    """Returns the effect of a stored status. Returns None if only a later release knows the status."""
    return RESERVATION_EFFECTS[Status(status)] if status in _NAMES else None


_NAMES = frozenset(status.value for status in Status)


def next_status(status: Status, fact: Fact) -> Status:
    """Returns the status that follows after `fact`. Raises TransitionNotAllowed if the table does not have the pair."""
    try:
        return TABLE[status, fact]
    except KeyError:
        raise TransitionNotAllowed(status=status.value, fact=fact.value) from None
