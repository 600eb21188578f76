"""Defines the facts from which an explanation of a refund is built. Their texts are in `refunds.texts`."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact that an explanation can state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The time until the service acts by itself. `wait_s` is in seconds, or None if the service never acts."""

    wait_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonIs(Fact):
    """States why the refund has its status, with a code and a text."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonIsCode(ReasonIs):
    """States why the refund has its status, with a code but no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonIsText(ReasonIs):
    """States why the refund has its status, with a text but no code. The code would only repeat the status."""


class HasCompleted(Fact):
    """The gateway confirmed the refund."""


class WasCanceled(Fact):
    """A person canceled the refund."""


class BrokeRules(Fact):
    """The review found that the refund breaks rules."""


class WasRejected(Fact):
    """An approver rejected the refund."""


class HasFailed(Fact):
    """The gateway refused the refund, or the refund failed at the gateway."""


class WasReversed(Fact):
    """The refund had succeeded, but then the money came back."""


class IsFinal(Fact):
    """The status is final, so only a contradicting result of the gateway can change it."""


class IsDraft(Fact):
    """The refund is a draft, so it has not been submitted yet."""


class WouldBeRefused(Fact):
    """The service would refuse the draft if it were submitted now.

    The next statement names the rule that refuses the draft.
    """


class SubmitOrCancel(Fact):
    """States that the requester can submit or cancel the draft."""


class WaitsForReview(Fact):
    """The refund is submitted but not reviewed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFollows(Fact):
    """The service reviews the refund next."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsNeeded(Fact):
    """The current rules require approvals for refunds of `least` minor units or more."""

    least: int
    currency: str
    required: int
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsNeededByEarlierRule(Fact):
    """The rules that were in force at the time of the request require approvals."""

    required: int
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsRaised(Fact):
    """The rules require more approvals now than at the time of the request. `before` is the earlier number."""

    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsLeft(Fact):
    """States how many approvals are still needed and who can give them."""

    left: int
    requester: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherApprovalsLeft(ApprovalsLeft):
    """States how many more approvals are needed and who can give them.

    The refund already has an approval. People who already approved the refund cannot approve it again.
    """


class CannotBeApproved(Fact):
    """The refund waits for approval but cannot be approved, because rules block it.

    The next statements name these rules.
    """


class RejectCancelOrUnblock(Fact):
    """States that an approver can reject or cancel a blocked refund, or remove what blocks it.

    The next statements name the rules, with their remedies.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class LacksApprovals(Fact):
    """The refund is ready to be submitted but lacks some of its `required` approvals."""

    required: int


class FindWhoEdited(Fact):
    """A person must find out who edited the database, because the service never creates such a refund."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayFact(Fact):
    """A fact about the gateway of the payment."""

    gateway: str


class IsSubmitting(GatewayFact):
    """The service has submitted the refund to the gateway, or is about to submit it."""


class IsPending(GatewayFact):
    """The gateway has received the refund and is still processing it."""


class IsUnreached(GatewayFact):
    """The gateway could not be reached, or the gateway asked the service to send the refund later."""


class IsUnknown(GatewayFact):
    """The gateway did not answer, so the outcome of the refund is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestError(Fact):
    """States the error code with which the latest call to the gateway ended."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IsOverdue(GatewayFact):
    """The refund has been due for `overdue_s` seconds, and no worker has claimed it."""

    overdue_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTooOldToSubmit(GatewayFact):
    """The service does not submit the refund again, because the idempotency key may be too old.

    The gateway remembers the key for `key_lifetime_s` seconds.
    """

    key_lifetime_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitsAnswer(Fact):
    """The service still waits for the gateway's answer. If no answer comes, the service submits the refund again."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class IsSubmittedAgain(Fact):
    """The service will submit the refund again. This is submission `number` of at most `submissions_max`."""

    due: Due
    number: int
    submissions_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SomeNeverArrived(Fact):
    """Some submissions of the refund did not reach the gateway. `unsent` is the number of these submissions."""

    unsent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsUntil(Fact):
    """States the time until which the refund waits for a gateway that cannot be reached."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeIsAsked(GatewayFact):
    """The service asks the gateway for the outcome of the refund."""

    due: Due


class GaveWayToGateway(GatewayFact):
    """The refund was canceled before its submission, because an external refund left too little of the payment."""


class RestNeedsNewRefund(Fact):
    """A new refund is needed if the customer is still owed money."""


class WasExternal(GatewayFact):
    """The refund was recorded as an external refund, but it proved to be a refund of this service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLostIt(GatewayFact):
    """The gateway acknowledged the refund, but since `since` it answers that it never received the refund."""

    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLostNamed(GatewayLostIt):
    """The gateway gave the refund an id but now answers that it never received the refund. `name` is that id."""

    name: str


class AmountStaysReserved(Fact):
    """The amount stays reserved until the outcome is certain."""


class AmountStaysRefunded(Fact):
    """The amount counts as refunded until the outcome is certain."""


class AmountStaysRefundable(Fact):
    """The amount of the refund is not reserved, so other refunds may use it."""


class AmountWasTaken(Fact):
    """Other refunds used the amount after it had become refundable again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhatBecameOfIt(GatewayFact):
    """A person has to ask the gateway what happened to the refund. The service asks the gateway too."""

    due: Due


class ConfirmedWithoutId(GatewayFact):
    """The gateway confirmed the refund without an id, then reported a refund of the same amount.

    The reported refund may be the same refund.
    """


class ConfirmedThenFailed(GatewayFact):
    """The gateway first confirmed the refund, then reported that the refund failed."""


class FailedThenSucceeded(GatewayFact):
    """The gateway first reported that the refund failed, then that the refund succeeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameIsAsked(GatewayFact):
    """The service asks the gateway for the id that the gateway gave the refund."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultIsAsked(GatewayFact):
    """The service asks the gateway which of its two results is right."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ContradictedTooOften(GatewayFact):
    """The gateway contradicted itself so often that the service no longer asks it.

    `contradictions` is how often the gateway contradicted itself.
    """

    contradictions: int


class CompareWithBooks(GatewayFact):
    """A person has to compare the payment with the gateway's books."""


class Reconcile(Fact):
    """States that a platform administrator can reconcile the refund, and how."""
