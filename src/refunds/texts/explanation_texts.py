"""The text of each fact of an explanation: why a refund has its status, what happens next, and who has to act."""

from collections.abc import Iterable, Mapping

from refunds.domain.errors import BlockedByRule
from refunds.domain.payment.reason_details import ReasonDetail
from refunds.domain.refund import explanation_facts as facts
from refunds.domain.refund.explanation import Explanation, Statement
from refunds.texts.reason_texts import DETAIL_TEXTS
from refunds.texts.rule_texts import RULE_TEXTS
from refunds.texts.text import Text, fill, parts_of

EXPLANATION_TEXTS: Mapping[type[facts.Fact], str] = {
    facts.ReasonIs: "({code}: {text})",
    facts.ReasonIsCode: "({code})",
    facts.ReasonIsText: "({text})",
    # a refund that has ended
    facts.HasCompleted: "The gateway confirmed that the money moved.",
    facts.WasCanceled: (
        "The refund was canceled before it was submitted to the gateway. Its amount is refundable again."
    ),
    facts.BrokeRules: "The refund breaks the rules in force. Its amount is refundable again.",
    facts.WasRejected: "An approver rejected the refund. Its amount is refundable again.",
    facts.HasFailed: (
        "The gateway refused the refund, or the refund failed at the gateway. Its amount is refundable again."
    ),
    facts.WasReversed: "The refund had succeeded, but then the money came back. Its amount is refundable again.",
    facts.IsFinal: "This status is final: only a contradicting result of the gateway can change it.",
    # before the gateway
    facts.IsDraft: "The refund is a draft. It reserves no amount.",
    facts.WouldBeRefused: "If the draft were submitted now, the service would refuse it.",
    facts.SubmitOrCancel: "Submit the draft, or cancel it.",
    facts.WaitsForReview: "The service has not checked the refund against the rules yet.",
    facts.ReviewFollows: "The service checks the refund against the rules{due}.",
    facts.ApprovalsNeeded: (
        "Refunds of {least:amount} and more need approval. Approvals needed: {required}; given: {given}."
    ),
    facts.ApprovalsNeededByEarlierRule: (
        "The rules that were in force when the refund was requested require approval. Approvals needed: {required}; "
        "given: {given}."
    ),
    facts.ApprovalsRaised: "Approvals needed when the refund was requested: {before}.",
    facts.ApprovalsLeft: "Approvals still needed: {left}. Administrators other than {requester} can give them.",
    facts.FurtherApprovalsLeft: (
        "Approvals still needed: {left}. Administrators other than {requester} can give them, if they have not "
        "approved the refund yet."
    ),
    facts.CannotBeApproved: "The refund cannot be approved while a rule blocks it.",
    facts.RejectCancelOrUnblock: "Reject the refund, or cancel it, or remove what blocks it and then approve it.",
    # at the gateway
    facts.LacksApprovals: (
        "The refund is ready, but it lacks approvals ({required} are needed). The service does not submit it."
    ),
    facts.FindWhoEdited: (
        "A person must act: no decision of the service leads to this state. Run `refunds verify`, and find out who "
        "edited the database."
    ),
    facts.IsSubmitting: "The service has submitted the refund to {gateway}, or is about to submit it.",
    facts.IsPending: "{gateway} accepted the refund and has not finished it.",
    facts.IsUnreached: "{gateway} could not be reached, or did not accept the refund yet. No money has moved.",
    facts.IsUnknown: (
        "{gateway} did not answer. The money may have moved, so the service does not assume that the refund failed."
    ),
    facts.LatestError: "The latest call to the gateway ended with {code}.",
    facts.IsOverdue: (
        "The refund has been due for {overdue_s} s. If calls to {gateway} fail, the service makes only a few calls "
        "until one succeeds. Then the refund continues. The wait does not use up submissions of the refund."
    ),
    facts.KeyTooOldToSubmit: (
        "The service does not submit the refund again: {gateway} recognizes the refund's idempotency key for "
        "{key_lifetime_s} s only, and a later submission could move the money twice."
    ),
    facts.AwaitsAnswer: (
        "The service waits for the gateway's answer. If none arrives, the service submits the refund again{due}, under "
        "the same idempotency key."
    ),
    facts.IsSubmittedAgain: (
        "The service submits the refund again{due}, under the same idempotency key (submission {number} of "
        "{submissions_max})."
    ),
    facts.SomeNeverArrived: "Submissions that could not be sent: {unsent}. They do not count toward the maximum.",
    facts.WaitsUntil: "The refund waits for the gateway until {until}.",
    facts.OutcomeIsAsked: "The service asks {gateway}{due} for the outcome of the refund.",
    # results that exclude each other
    facts.GaveWayToGateway: (
        "The refund was canceled before it was submitted: another refund was made at {gateway} itself, and too little "
        "of the payment is left for this refund."
    ),
    facts.RestNeedsNewRefund: (
        "If the customer is still owed money, create a new refund for at most the refundable amount."
    ),
    facts.WasExternal: (
        "The refund was recorded as made at {gateway}. Later it proved to be the same as a refund of this service."
    ),
    facts.GatewayLostIt: (
        "{gateway} had acknowledged the refund, but since {since} it reports that it has never received the refund. "
        "The money may have moved, so the service does not submit the refund again."
    ),
    facts.GatewayLostNamed: (
        "{gateway} had acknowledged the refund under the id {name}, but since {since} it reports that it has never "
        "received the refund. The money may have moved, so the service does not submit the refund again."
    ),
    facts.AmountStaysReserved: "The amount of the refund stays reserved.",
    facts.AmountStaysRefunded: "The amount of the refund counts as refunded until the outcome is clear.",
    facts.AmountStaysRefundable: "The amount of the refund stays refundable.",
    facts.AmountWasTaken: "The amount of the refund had become refundable again, and other refunds used it.",
    facts.AskWhatBecameOfIt: (
        "A person must act: ask {gateway} what happened to the refund. The service asks again{due}, too."
    ),
    facts.ConfirmedWithoutId: (
        "{gateway} confirmed the refund without an id. Then {gateway} reported a refund of the same amount, which may "
        "be the same refund."
    ),
    facts.ConfirmedThenFailed: "{gateway} first confirmed the refund, then reported that the refund failed.",
    facts.FailedThenSucceeded: (
        "{gateway} first reported that the refund failed, then reported that the money had moved."
    ),
    facts.NameIsAsked: "The service asks {gateway}{due} for the id that it gave this refund.",
    facts.ResultIsAsked: "The service asks {gateway}{due} which of the two results is true.",
    facts.ContradictedTooOften: (
        "{gateway} contradicted itself at least {contradictions} times about whether the money moved. The service uses "
        "the last answer of {gateway}."
    ),
    facts.CompareWithBooks: "A person must act: compare the payment with the books of {gateway}.",
    facts.Reconcile: (
        "Then a platform_admin uses `reconcile`, either to query the gateway once more or to record what the gateway's "
        "books show."
    ),
}


def because_of(explanation: Explanation) -> str:
    """Returns why the refund has its status."""
    return " ".join(_why(statement) for statement in explanation.because)


def next_of(explanation: Explanation) -> str:
    """Returns what happens next, or who has to do what."""
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
