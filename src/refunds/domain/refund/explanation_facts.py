"""The facts that an explanation of a refund can contain: one class per statement.

The texts are in `refunds.texts`.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One statement of an explanation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Seconds until the service acts next by itself; 0 means now, None means never."""

    wait_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonIs(Fact):
    """Why the refund has its status, as a code and a text."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonIsCode(ReasonIs):
    """Why the refund has its status, as a code without a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonIsText(ReasonIs):
    """Why the refund has its status, as a text; the code would only repeat the status."""


class HasCompleted(Fact):
    """The gateway confirmed the refund."""


class WasCanceled(Fact):
    """A person canceled the refund."""


class BrokeRules(Fact):
    """The refund broke rules at its review."""


class WasRejected(Fact):
    """An approver rejected the refund."""


class HasFailed(Fact):
    """The gateway refused the refund, or the refund failed there."""


class WasReversed(Fact):
    """The refund succeeded, then the money came back."""


class IsFinal(Fact):
    """Nothing more will happen to the refund."""


class IsDraft(Fact):
    """The refund is not submitted."""


class WouldBeRefused(Fact):
    """The draft would be refused if it were submitted now; the rule follows."""


class SubmitOrCancel(Fact):
    """What the requester of a draft can do."""


class WaitsForReview(Fact):
    """The refund is submitted and not yet reviewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFollows(Fact):
    """The service reviews the refund next."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsNeeded(Fact):
    """The rules in force require approvals for refunds of `least` minor units or more."""

    least: int
    currency: str
    required: int
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsNeededByEarlierRule(Fact):
    """The rules in force at the time of the request require approvals for the refund."""

    required: int
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsRaised(Fact):
    """The rules at the time of the request required fewer approvals than the rules now."""

    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsLeft(Fact):
    """Who can give the approvals that are still needed."""

    left: int
    requester: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherApprovalsLeft(ApprovalsLeft):
    """Who can give the approvals that are still needed, after some were given."""


class CannotBeApproved(Fact):
    """Rules block the refund that waits for approval; the rules follow."""


class RejectCancelOrUnblock(Fact):
    """What an approver can do about a blocked refund; the remedies of the rules follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LacksApprovals(Fact):
    """The refund is ready without the approvals that it needs."""

    required: int


class FindWhoEdited(Fact):
    """Somebody edited the database; a person has to find out who."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayFact(Fact):
    """A statement about the gateway of the payment."""

    gateway: str


class IsSubmitting(GatewayFact):
    """The refund was submitted to its gateway, or will be in a moment."""


class IsPending(GatewayFact):
    """The gateway has the refund and still processes it."""


class IsUnreached(GatewayFact):
    """The gateway could not be reached, or it asked to send the refund later."""


class IsUnknown(GatewayFact):
    """The gateway did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestError(Fact):
    """The error of the latest call to the gateway."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IsOverdue(GatewayFact):
    """The refund is due, but no worker has claimed it for some time."""

    overdue_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTooOldToSubmit(GatewayFact):
    """The refund is not submitted again, since the gateway may have forgotten the idempotency key."""

    key_lifetime_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitsAnswer(Fact):
    """The gateway's answer is still expected; if none comes, the refund is submitted again."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class IsSubmittedAgain(Fact):
    """The refund is submitted again."""

    due: Due
    number: int
    submissions_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SomeNeverArrived(Fact):
    """Some submissions did not reach the gateway."""

    unsent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsUntil(Fact):
    """How long the refund waits for a gateway that is unreachable."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeIsAsked(GatewayFact):
    """The service queries the gateway for the outcome."""

    due: Due


class GaveWayToGateway(GatewayFact):
    """The refund ended before it was sent: an external refund left too little of the payment for it."""


class RestNeedsNewRefund(Fact):
    """If the customer is still owed money, that needs a new refund."""


class WasExternal(GatewayFact):
    """The refund was recorded as external and then recognized as a refund of this service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLostIt(GatewayFact):
    """The gateway acknowledged the refund but now answers that it does not know it."""

    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLostNamed(GatewayLostIt):
    """The gateway gave the refund an id but now answers that it does not know it."""

    name: str


class AmountStaysReserved(Fact):
    """The amount stays reserved until the outcome is certain."""


class AmountStaysRefunded(Fact):
    """The amount counts as refunded until the outcome is certain."""


class AmountStaysRefundable(Fact):
    """The amount is not reserved: other refunds may take it."""


class AmountWasTaken(Fact):
    """Other refunds took the amount meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhatBecameOfIt(GatewayFact):
    """A person has to ask the gateway about the refund; the service also queries it."""

    due: Due


class ConfirmedWithoutId(GatewayFact):
    """The gateway confirmed the refund without an id, and then reported a refund of the same amount."""


class ConfirmedThenFailed(GatewayFact):
    """The gateway confirmed the refund, and then reported that it failed."""


class FailedThenSucceeded(GatewayFact):
    """The gateway reported that the refund failed, and then that it succeeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameIsAsked(GatewayFact):
    """The service queries the gateway for its id of the refund."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultIsAsked(GatewayFact):
    """The service queries the gateway which of two results is right."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ContradictedTooOften(GatewayFact):
    """The gateway contradicted itself so often that it is no longer queried."""

    contradictions: int


class CompareWithBooks(GatewayFact):
    """A person has to compare the payment with the gateway's books."""


class Reconcile(Fact):
    """What a platform administrator can do."""
