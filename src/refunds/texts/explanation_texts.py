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
    facts.WasCanceled: "It was canceled before anything was sent; its amount is refundable again.",
    facts.BrokeRules: "It breaks the rules in force; its amount is refundable again.",
    facts.WasRejected: "An approver rejected it; its amount is refundable again.",
    facts.HasFailed: "The gateway refused it or it failed there; its amount is refundable again.",
    facts.WasReversed: "It had succeeded, then the money came back; its amount is refundable again.",
    facts.IsFinal: "Nothing: this is a final state.",
    # before the gateway
    facts.IsDraft: "It is a draft; nothing is reserved for it.",
    facts.WouldBeRefused: "Submitted now, it would be refused.",
    facts.SubmitOrCancel: "Submit it, or cancel it.",
    facts.WaitsForReview: "It waits for review.",
    facts.ReviewFollows: "It is checked against the rules{due}.",
    facts.ApprovalsNeeded: (
        "Refunds of {least:amount} and more need approval. Approvals needed: {required}; given: {given}."
    ),
    facts.ApprovalsNeededByEarlierRule: (
        "By the rules in force when it was asked for, it needs approval. Approvals needed: {required}; given: {given}."
    ),
    facts.ApprovalsRaised: "Approvals needed when it was asked for: {before}.",
    facts.ApprovalsLeft: "Approvals still needed: {left}, by administrators other than {requester}.",
    facts.FurtherApprovalsLeft: (
        "Approvals still needed: {left}, by administrators other than {requester} and those who have approved it."
    ),
    facts.CannotBeApproved: "It cannot be approved as it is.",
    facts.RejectCancelOrUnblock: "Reject or cancel it, or remove what blocks it before it is approved.",
    # at the gateway
    facts.LacksApprovals: "It is ready without the approvals that it needs ({required}); nothing is sent.",
    facts.FindWhoEdited: (
        "A person must act: no decision did this. Run `refunds verify` and find who edited the database."
    ),
    facts.IsSubmitting: "It was sent, or is about to be sent, to {gateway}.",
    facts.IsPending: "{gateway} accepted it and has not finished.",
    facts.IsUnreached: "{gateway} could not be reached or would not accept it yet; nothing moved.",
    facts.IsUnknown: "{gateway} did not answer; the money may have moved, so the refund is never assumed failed.",
    facts.LatestError: "The latest call to the gateway ended with {code}.",
    facts.IsOverdue: (
        "It has been due for {overdue_s} s: while calls for this merchant, or all calls to {gateway}, fail, only a few "
        "are made. It goes on as soon as one succeeds; waiting uses up none of its submissions."
    ),
    facts.KeyTooOldToSubmit: (
        "It is not sent again: {gateway} recognizes its idempotency key for {key_lifetime_s} s only, and a later "
        "submission could move the money twice."
    ),
    facts.AwaitsAnswer: "The gateway's answer; without one it is sent again under the same key{due}.",
    facts.IsSubmittedAgain: "It is sent again under the same key{due} (submission {number} of {submissions_max}).",
    facts.SomeNeverArrived: "Submissions that could not be sent, and do not count: {unsent}.",
    facts.WaitsUntil: "It waits for the gateway until {until}.",
    facts.OutcomeIsAsked: "{gateway} is asked for its outcome{due}.",
    # results that exclude each other
    facts.GaveWayToGateway: (
        "It was canceled before anything was sent: the payment was refunded at {gateway} itself, which left too little "
        "for it."
    ),
    facts.RestNeedsNewRefund: "What the customer is still owed needs a new refund, out of what is left.",
    facts.WasExternal: "It was recorded as made at {gateway} and proved to be one of ours.",
    facts.GatewayLostIt: (
        "{gateway} had acknowledged it and reports since {since} that it has never seen it. The money may have moved: "
        "it is not sent again."
    ),
    facts.GatewayLostNamed: (
        "{gateway} had acknowledged it as {name} and reports since {since} that it has never seen it. The money may "
        "have moved: it is not sent again."
    ),
    facts.AmountStaysReserved: "Its amount stays reserved.",
    facts.AmountStaysRefunded: "Its amount counts as refunded until that is clear.",
    facts.AmountStaysRefundable: "Its amount stays refundable.",
    facts.AmountWasTaken: "Its amount had become refundable again, and other refunds took it.",
    facts.AskWhatBecameOfIt: "A person must act: ask {gateway} what became of it. The service asks again{due}.",
    facts.ConfirmedWithoutId: (
        "{gateway} confirmed it without an id and then reported a refund of its amount, which may be this one."
    ),
    facts.ConfirmedThenFailed: "{gateway} confirmed it, then reported that it failed.",
    facts.FailedThenSucceeded: "{gateway} reported that it failed, then that the money had moved.",
    facts.NameIsAsked: "{gateway} is asked what it calls this refund{due}.",
    facts.ResultIsAsked: "{gateway} is asked which of the two holds{due}.",
    facts.ContradictedTooOften: (
        "{gateway} contradicted itself at least {contradictions} times on whether the money moved; its last answer "
        "counts."
    ),
    facts.CompareWithBooks: "A person must act: compare the payment with the books of {gateway}.",
    facts.Reconcile: "A platform_admin has it asked once more, or records what those books show, by `reconcile`.",
}


def because_of(explanation: Explanation) -> str:
    """Why the refund has its status."""
    return " ".join(_why(statement) for statement in explanation.because)


def next_of(explanation: Explanation) -> str:
    """What happens next, or who has to do what."""
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
