"""Merges two refunds that record the same movement of money.

One of the two is recorded as external, but turns out to be a refund of this service. `result_recording` calls this
module when a result has a gateway id that another refund of the payment already has. All functions are pure.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.invalid_input import AttemptNotOfPayment
from refunds.domain.payment.attempt import Attempt, with_doubt
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import (
    EXTERNAL_KEY_PREFIX,
    MERGED,
    NewEvent,
    Payment,
    Refund,
    emit_events,
    with_attempt,
    with_refund,
)
from refunds.domain.payment.reason_details import SameMovement, reason_with
from refunds.domain.payment.states import FINAL, Fact, Status, next_status


def attempts_of(payment: Payment) -> Iterator[tuple[Refund, Attempt]]:
    """Yields each attempt of the payment together with its refund."""
    return ((refund, attempt) for refund in payment.refunds for attempt in refund.attempts)


def find_attempt(payment: Payment, attempt_id: str) -> tuple[Refund, Attempt]:
    """Returns the attempt with this id, and its refund.

    Raises AttemptNotOfPayment if the payment has no attempt with this id.
    """
    for refund, attempt in attempts_of(payment):
        if attempt.id == attempt_id:
            return refund, attempt
    raise AttemptNotOfPayment


def owner_of(payment: Payment, gateway_refund_id: str) -> tuple[Refund, Attempt] | None:
    """Returns the attempt that has this gateway refund id, and its refund.

    Returns None if the id is empty or unknown.
    """
    if not gateway_refund_id:
        return None
    return next((pair for pair in attempts_of(payment) if pair[1].has_id(gateway_refund_id)), None)


def is_external(refund: Refund) -> bool:
    """True if the refund was made at the gateway, not by this service."""
    return refund.idempotency_key.startswith(EXTERNAL_KEY_PREFIX)


def merged(payment: Payment, twin: Refund, into: Refund, now: datetime, actor: str) -> Payment:
    """Returns the payment after the external refund `twin` was merged into the refund `into`.

    If `twin` was completed, its status becomes reversed, and its reason names `into`.
    """
    attempt = twin.attempts[-1]
    known = replace(with_doubt(attempt, replace(attempt.doubts, question="", other_ids=())), gateway_refund_id="")
    if twin.status is not Status.COMPLETED:
        return with_refund(payment, twin, replace(with_attempt(twin, attempt, known), due_at=None, due_for=None))
    status = next_status(twin.status, Fact.MERGED)
    known = replace(known, outcome="reversed", error_code=MERGED, error_raw="")
    after = replace(
        with_attempt(twin, attempt, known),
        status=status,
        status_reason=reason_with(MERGED, SameMovement(refund_id=into.id)),
        due_at=None,
        due_for=None,
    )
    new_event = NewEvent(
        type=EventType.REFUND_REVERSED, from_status=twin.status.value, status=status.value, code=MERGED
    )
    return emit_events(payment, twin, after, (new_event,), at=now, actor=actor).payment


def with_results_of_twin(twin: Refund, into: Refund, result: GatewayResult) -> GatewayResult:
    """Returns the result for the refund `into`, with the data that its external twin had recorded.

    If the result has no ARN, the twin's ARN is used. The kind does not change if the result answers a status query, or
    if `into` is completed. If `into` has another final status, the kind becomes SUCCEEDED if the twin shows that money
    has moved. If `into` is open, the kind stays SUCCEEDED only if result and twin both show a success. Otherwise the
    kind becomes UNKNOWN, so that the gateway is queried.
    """
    arn = result.arn or twin.arn
    if result.source is Source.QUERY or into.status is Status.COMPLETED:
        return replace(result, arn=arn)
    has_moved = twin.status is Status.COMPLETED and not twin.attempts[-1].is_in_question
    if into.status in FINAL:
        return replace(result, arn=arn, kind=ResultKind.SUCCEEDED if has_moved else result.kind)
    if has_moved and result.kind is ResultKind.SUCCEEDED:
        return replace(result, arn=arn)
    return replace(result, arn=arn, kind=ResultKind.UNKNOWN)
