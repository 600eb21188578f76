"""Explains why a refund has its status, what happens next, and who has to act.

There is one text per fact of an explanation.
"""

from collections.abc import Iterable, Mapping

from refunds.domain.errors import BlockedByRule
from refunds.domain.payment.reason_details import ReasonDetail
from refunds.domain.refund import explanation_facts as facts
from refunds.domain.refund.explanation import Explanation, Statement
from refunds.texts.reason_texts import DETAIL_TEXTS
from refunds.texts.rule_texts import RULE_TEXTS
from refunds.texts.text import Text, fill, parts_of

EXPLANATION_TEXTS: Mapping[type[facts.Fact], str] = {
    facts.ReasonIs: "(reason code: {code}; reason: {text})",
    facts.ReasonIsCode: "(reason code: {code})",
    facts.ReasonIsText: "(reason: {text})",
    # a refund that has ended
    facts.HasCompleted: "The gateway confirmed that it paid the money back.",
    facts.WasCanceled: (
        "The refund was canceled before it was submitted to the gateway. The amount of the refund is refundable again."
    ),
    facts.BrokeRules: (
        "The service refused the refund, because it breaks one or more rules. The amount of the refund is refundable "
        "again."
    ),
    facts.WasRejected: "An approver rejected the refund. The amount of the refund is refundable again.",
    facts.HasFailed: (
        "The gateway refused the refund, or the refund failed at the gateway. The amount of the refund is refundable "
        "again."
    ),
    facts.WasReversed: (
        "The refund had succeeded, but then the money came back. The amount of the refund is refundable again."
    ),
    facts.IsFinal: "This status is final. It can change only if the gateway later reports the opposite result.",
    # before the gateway
    facts.IsDraft: "The refund is a draft. A draft reserves no amount of the payment.",
    facts.WouldBeRefused: "If the draft were submitted now, the service would refuse it.",
    facts.SubmitOrCancel: "Submit the draft, or cancel it.",
    facts.WaitsForReview: "The service has not checked the refund against the rules yet.",
    facts.ReviewFollows: "The service checks the refund against the rules{due}.",
    facts.ApprovalsNeeded: (
        "Refunds of {least:amount} or more need approval. Approvals that this refund needs: {required}. Approvals that "
        "it has: {given}."
    ),
    facts.ApprovalsNeededByEarlierRule: (
        "When the refund was requested, the rules required approval of this refund. Approvals that it needs: "
        "{required}. Approvals that it has: {given}."
    ),
    facts.ApprovalsRaised: "When the refund was requested, it needed fewer approvals ({before}).",
    facts.ApprovalsLeft: "Approvals still needed: {left}. Any administrator except {requester} can approve the refund.",
    facts.FurtherApprovalsLeft: (
        "Approvals still needed: {left}. Any administrator can approve the refund, except {requester} and those who "
        "have already approved it."
    ),
    facts.CannotBeApproved: "The refund cannot be approved while a rule blocks it.",
    facts.RejectCancelOrUnblock: (
        "Reject or cancel the refund. Or remove the reason for which the rule blocks the refund, and then approve the "
        "refund."
    ),
    # at the gateway
    facts.LacksApprovals: (
        "The refund has the status of an approved refund, but it has too few approvals. Approvals that it needs: "
        "{required}. The service does not submit the refund to the gateway."
    ),
    facts.FindWhoEdited: (
        "A person must act: the service never brings a refund into this state, so something else changed the database. "
        "Run `refunds verify`, and find out who changed the database."
    ),
    facts.IsSubmitting: "The service has submitted the refund to {gateway}, or is about to submit it.",
    facts.IsPending: "{gateway} accepted the refund, but has not finished it yet.",
    facts.IsUnreached: (
        "The service could not reach {gateway}, or {gateway} has not accepted the refund yet. No money has moved."
    ),
    facts.IsUnknown: (
        "{gateway} did not answer. The money may have moved, so the service does not treat the refund as failed."
    ),
    facts.LatestError: "The latest call to the gateway ended with the error {code}.",
    facts.IsOverdue: (
        "The next step of this refund is {overdue_s} s late. While calls to {gateway} fail, the service makes only a "
        "few calls. As soon as a call succeeds, the service continues with this refund. The wait does not count as a "
        "submission."
    ),
    facts.KeyTooOldToSubmit: (
        "The service does not submit the refund again. {gateway} recognizes the refund's idempotency key for only "
        "{key_lifetime_s} s; after this time, another submission could move the money twice."
    ),
    facts.AwaitsAnswer: (
        "The service waits for the gateway's answer. If no answer arrives, the service submits the refund again{due}, "
        "under the same idempotency key."
    ),
    facts.IsSubmittedAgain: (
        "The service submits the refund again{due}, under the same idempotency key. This is submission {number} of at "
        "most {submissions_max}."
    ),
    facts.SomeNeverArrived: (
        "Submissions that could not be sent: {unsent}. These submissions do not count toward the maximum."
    ),
    facts.WaitsUntil: (
        "If the gateway does not accept the refund before {until}, the service stops submitting the refund."
    ),
    facts.OutcomeIsAsked: "The service asks {gateway}{due} for the outcome of the refund.",
    # results that exclude each other
    facts.GaveWayToGateway: (
        "The refund was canceled before it was submitted. Another refund of the payment was made directly at "
        "{gateway}, and the amount that is left is too small for this refund."
    ),
    facts.RestNeedsNewRefund: (
        "If the customer is still owed money, create a new refund of at most the payment's refundable amount."
    ),
    facts.WasExternal: (
        "The service recorded this refund as one that was made directly at {gateway}. Later, it proved to be the same "
        "as another refund, which this service had submitted."
    ),
    facts.GatewayLostIt: (
        "{gateway} first confirmed that it had received the refund. Since {since}, {gateway} reports that it never "
        "received the refund. The money may have moved, so the service does not submit the refund again."
    ),
    facts.GatewayLostNamed: (
        "{gateway} first confirmed that it had received the refund, and gave it the id {name}. Since {since}, "
        "{gateway} reports that it never received the refund. The money may have moved, so the service does not submit "
        "the refund again."
    ),
    facts.AmountStaysReserved: "The amount of the refund stays reserved.",
    facts.AmountStaysRefunded: "The amount of the refund counts as refunded until the outcome is clear.",
    facts.AmountStaysRefundable: "The amount of the refund stays refundable.",
    facts.AmountWasTaken: (
        "The amount of the refund had become refundable again, and other refunds of the payment used it."
    ),
    facts.AskWhatBecameOfIt: (
        "A person must act: ask {gateway} what happened to the refund. The service also asks {gateway} again{due}."
    ),
    facts.ConfirmedWithoutId: (
        "{gateway} confirmed this refund, but gave it no id. Then {gateway} reported a refund of the same amount under "
        "an id. Both may be the same refund."
    ),
    facts.ConfirmedThenFailed: "{gateway} first confirmed the refund, then reported that the refund failed.",
    facts.FailedThenSucceeded: (
        "{gateway} first reported that the refund failed, then reported that the money had moved."
    ),
    facts.NameIsAsked: "The service asks {gateway}{due} which id {gateway} gave this refund.",
    facts.ResultIsAsked: "The service asks {gateway}{due} which of the two results is true.",
    facts.ContradictedTooOften: (
        "{gateway} first reported one result of this refund and then the opposite, at least {contradictions} times. "
        "The service uses the latest answer of {gateway}."
    ),
    facts.CompareWithBooks: "A person must act: compare the payment with the books of {gateway}.",
    facts.Reconcile: (
        "Then a user with the role platform_admin must use `reconcile`: either to query the gateway once more, or to "
        "record what the gateway's books show."
    ),
}


def because_of(explanation: Explanation) -> str:
    """Returns the text that explains why the refund has its status."""
    return " ".join(_why(statement) for statement in explanation.because)


def next_of(explanation: Explanation) -> str:
    """Returns the text that explains what happens next, or who has to do what."""
    return " ".join(_acts(explanation.next))


def _why(statement: Statement) -> str:
    if isinstance(statement, facts.Fact):
        return fill(EXPLANATION_TEXTS[type(statement)], statement)
    what, why, _ = parts_of(_text_of(statement), statement)
    return f"{what} {why}"


def _acts(statements: Iterable[Statement]) -> Iterable[str]:
    for statement in statements:
        if isinstance(statement, facts.Fact):
            yield fill(EXPLANATION_TEXTS[type(statement)], statement)
        else:
            yield fill(_text_of(statement).action, statement)


def _text_of(statement: BlockedByRule | ReasonDetail) -> Text:
    return RULE_TEXTS[type(statement)] if isinstance(statement, BlockedByRule) else DETAIL_TEXTS[type(statement)]
