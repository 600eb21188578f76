"""Explains refunds of which the gateway said two things that do not go together. Pure; used by `waiting`."""

from datetime import datetime

from refunds.domain.attempt.conflicting_results import CONTRADICTIONS_MAX, UNNAMED, is_left_to_a_person
from refunds.domain.payment.attempt import Attempt
from refunds.domain.payment.payment import MERGED, Payment, Refund
from refunds.domain.payment.states import FINAL, Status
from refunds.domain.refund.explanation import Explanation, WaitsFor, reason_in_brackets, said, when

_RECONCILE = "A platform_admin has it asked once more, or records what those books show, by `reconcile`."


def doubted(payment: Payment, refund: Refund, now: datetime) -> Explanation | None:
    """The explanation of a refund in doubt, None for every other."""
    attempt = refund.attempts[-1] if refund.attempts else None
    if attempt is None:
        return None
    if attempt.doubts.missing_since is not None:
        return _missing(payment, refund, attempt, attempt.doubts.missing_since, now)
    if attempt.is_in_question:
        return _asked(payment, refund, attempt, now)
    code = refund.status_reason.code if refund.status_reason is not None else ""
    if code == MERGED:
        return said(
            refund,
            f"It was taken in as made at {payment.gateway} and proved to be one of ours{reason_in_brackets(refund)}.",
            "Nothing: this is a final state.",
            WaitsFor.NOTHING,
        )
    return _left_to_a_person(payment, refund, attempt) if is_left_to_a_person(refund) else None


def _missing(payment: Payment, refund: Refund, attempt: Attempt, since: datetime, now: datetime) -> Explanation:
    name = f" as {attempt.gateway_refund_id}" if attempt.gateway_refund_id else ""
    held = "counted as refunded" if refund.status is Status.COMPLETED else "reserved"
    held = "refundable" if refund.status in FINAL and refund.status is not Status.COMPLETED else held
    return said(
        refund,
        f"{payment.gateway} had acknowledged it{name} and says since {since:%Y-%m-%d %H:%M} UTC that it has never seen "
        f"it. The money may have moved: it is not sent again, and its amount stays {held}.",
        f"A person must act: ask {payment.gateway} what became of it{name}. It is asked again{when(refund, now)}. "
        f"{_RECONCILE}",
        WaitsFor.OPERATOR,
    )


def _asked(payment: Payment, refund: Refund, attempt: Attempt, now: datetime) -> Explanation:
    gateway = payment.gateway
    if attempt.doubts.question == UNNAMED:
        because = (
            f"{gateway} confirmed it without an id and then reported a refund of its amount, which may be this one."
        )
        asked = "what it calls this refund"
    elif refund.status is Status.COMPLETED:
        because = f"{gateway} confirmed it, then called it failed. Its amount counts as refunded until that is clear."
        asked = "which of the two holds"
    elif refund.status in FINAL:
        because = f"{gateway} called it failed and then successful. Other refunds had taken its amount meanwhile."
        asked = "which of the two holds"
    else:
        because = f"{gateway} called it failed and then successful. Its amount is reserved until that is clear."
        asked = "which of the two holds"
    return said(refund, because, f"{gateway} is asked {asked}{when(refund, now)}.", WaitsFor.GATEWAY)


def _left_to_a_person(payment: Payment, refund: Refund, attempt: Attempt) -> Explanation:
    if attempt.doubts.contradictions >= CONTRADICTIONS_MAX:
        because = (
            f"{payment.gateway} contradicted itself {CONTRADICTIONS_MAX} times and more on whether the money moved"
            f"{reason_in_brackets(refund)}; what it answered last is counted."
        )
    else:
        because = (
            f"{payment.gateway} called it failed, its amount became refundable again and was taken by other refunds; "
            f"then {payment.gateway} reported that the money had moved{reason_in_brackets(refund)}."
        )
    return said(
        refund,
        because,
        f"A person must act: compare the payment with the books of {payment.gateway}. {_RECONCILE}",
        WaitsFor.OPERATOR,
    )
