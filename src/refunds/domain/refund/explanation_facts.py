"""The facts of which an explanation of a refund consists: one class a statement. Their texts are in `refunds.texts`."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One statement of an explanation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """In how many seconds the service acts next; 0 is now, None is never by itself."""

    wait_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonIs(Fact):
    """The code and the text of why the refund has its status."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonIsCode(ReasonIs):
    """The same, without a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonIsText(ReasonIs):
    """The same; the code only repeats the status."""


class HasCompleted(Fact):
    """The gateway confirmed the refund."""


class WasCanceled(Fact):
    """A person canceled the refund."""


class BrokeRules(Fact):
    """The refund broke rules at its review."""


class WasRejected(Fact):
    """An approver rejected the refund."""


class HasFailed(Fact):
    """The gateway refused the refund, or it failed there."""


class WasReversed(Fact):
    """The refund succeeded, then the money came back."""


class IsFinal(Fact):
    """Nothing happens any more."""


class IsDraft(Fact):
    """The refund is not submitted."""


class WouldBeRefused(Fact):
    """Submitted now, the draft would be refused; the rule follows."""


class SubmitOrCancel(Fact):
    """What the requester of a draft can do."""


class WaitsForReview(Fact):
    """The refund is submitted and not reviewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFollows(Fact):
    """The service reviews the refund next."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsNeeded(Fact):
    """By the rules in force, refunds of `least` minor units and more need approvals."""

    least: int
    currency: str
    required: int
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsNeededByEarlierRule(Fact):
    """By the rules in force when the refund was asked for, it needs approvals."""

    required: int
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsRaised(Fact):
    """Fewer approvals were needed when the refund was asked for."""

    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsLeft(Fact):
    """Who can give the approvals that are still needed."""

    left: int
    requester: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherApprovalsLeft(ApprovalsLeft):
    """The same, after some were given."""


class CannotBeApproved(Fact):
    """Rules block the refund while it waits for approval; they follow."""


class RejectCancelOrUnblock(Fact):
    """What an approver can do about a blocked refund; the rules' remedies follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LacksApprovals(Fact):
    """The refund is ready without the approvals that it needs."""

    required: int


class FindWhoEdited(Fact):
    """Only an edit of the database makes such a refund."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayFact(Fact):
    """A statement about the gateway of the payment."""

    gateway: str


class IsSubmitting(GatewayFact):
    """The refund was submitted to its gateway, or is about to be."""


class IsPending(GatewayFact):
    """The gateway has the refund and has not finished."""


class IsUnreached(GatewayFact):
    """The gateway could not be reached, or would not take the refund yet."""


class IsUnknown(GatewayFact):
    """The gateway did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestError(Fact):
    """What the latest call to the gateway came to."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IsOverdue(GatewayFact):
    """Due work that nobody has taken up."""

    overdue_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTooOldToSubmit(GatewayFact):
    """The gateway may have forgotten the idempotency key."""

    key_lifetime_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitsAnswer(Fact):
    """The gateway's answer is awaited; without one the refund is submitted again."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class IsSubmittedAgain(Fact):
    """The refund is submitted again."""

    due: Due
    number: int
    submissions_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SomeNeverArrived(Fact):
    """Submissions that could not be sent."""

    unsent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsUntil(Fact):
    """How long the refund waits for a gateway that cannot be reached."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeIsAsked(GatewayFact):
    """The service asks the gateway for the outcome."""

    due: Due


class GaveWayToGateway(GatewayFact):
    """The refund ended unsent: a refund that was made at the gateway left too little for it."""


class RestNeedsNewRefund(Fact):
    """What the customer is still owed is refunded by a new refund."""


class WasExternal(GatewayFact):
    """A refund that was recorded as made at the gateway proved to be one of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLostIt(GatewayFact):
    """The gateway acknowledged the refund and reports now that it has never seen it."""

    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLostNamed(GatewayLostIt):
    """The same, where the gateway gave the refund an id."""

    name: str


class AmountStaysReserved(Fact):
    """Until the outcome is clear, the amount is reserved."""


class AmountStaysRefunded(Fact):
    """Until the outcome is clear, the amount counts as refunded."""


class AmountStaysRefundable(Fact):
    """Other refunds may take the amount."""


class AmountWasTaken(Fact):
    """Other refunds took the amount meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhatBecameOfIt(GatewayFact):
    """A person has to ask the gateway; the service asks, too."""

    due: Due


class ConfirmedWithoutId(GatewayFact):
    """The gateway confirmed the refund without an id, then reported one of its amount."""


class ConfirmedThenFailed(GatewayFact):
    """The gateway confirmed the refund, then reported that it failed."""


class FailedThenSucceeded(GatewayFact):
    """The gateway reported that the refund failed, then that it succeeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameIsAsked(GatewayFact):
    """The service asks the gateway for its id of the refund."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultIsAsked(GatewayFact):
    """The service asks the gateway which of two results holds."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ContradictedTooOften(GatewayFact):
    """The gateway contradicted itself as often as it is asked."""

    contradictions: int


class CompareWithBooks(GatewayFact):
    """A person has to compare the payment with the gateway's books."""


class Reconcile(Fact):
    """What a platform administrator can do."""
