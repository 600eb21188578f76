"""Everything the domain can refuse, named after the fact and drawn once, here.

RefundsError
├── NotFound                 PaymentNotFound · RefundNotFound · TenantNotFound · ParameterNotFound
├── Refused                  the request is understood and may not be done
│   ├── AmountExceedsRefundable · AmountNotPositive · CurrencyMismatch
│   ├── TooManyRefunds · PaymentFull · LineItemsDoNotSum · LineItemExceedsPayment · LineItemsExceedCaptured
│   ├── RequesterMayNotApprove · ApprovalCountedTwice
│   ├── BlockedByRule           a rule of the review stands against paying out
│   │   ├── RefundBlockedByDispute · RefundAmountAboveMaximum · PartialRefundNotSupported
│   │   └── VelocityLimitExceeded · RefundMethodNotAllowed · RefundMethodNotConnected
│   └── ValueOutOfRange · NotOverridable · InvalidInput (ContentUnreadable)
├── Conflict                 the thing is no longer as the caller believes
│   ├── TransitionNotAllowed · RefundNotCancelable · AlreadyExists · VersionMismatch
│   └── RefundStillOpen · ApprovalsMissing
├── KeyReused                same idempotency key, other body
└── Unavailable              nothing is known or nothing can be taken now: try again
    └── OutcomeUnknown · StoreUnavailable · Overloaded

Errors know no HTTP; `runtime.http.problems` maps each class to a problem document.
Amounts are integers of minor units.
"""
# pylint: disable=too-many-lines  # one tree, drawn in one file

from collections.abc import Sequence
from dataclasses import dataclass

from refunds.domain.money import format_amount


@dataclass(kw_only=True, eq=False)
class RefundsError(Exception):
    """Root of the tree; `pointer` names the field concerned as a JSON pointer, where there is one.

    `also` is what else stands against the same request.
    """

    pointer: str = ""
    also: tuple["RefundsError", ...] = ()

    @property
    def message(self) -> str:
        """One sentence for people, without secrets or personal data."""
        return type(self).__name__

    def __str__(self) -> str:
        return self.message


@dataclass(kw_only=True, eq=False)
class NotFound(RefundsError):
    """No such thing in the caller's scope; a foreign thing is answered the same."""

    kind: str = "resource"
    id: str = ""

    @property
    def message(self) -> str:
        return f"No {self.kind} {self.id} exists in your scope."


@dataclass(kw_only=True, eq=False)
class PaymentNotFound(NotFound):
    """The payment is not there, or belongs to somebody else."""

    kind: str = "payment"


@dataclass(kw_only=True, eq=False)
class RefundNotFound(NotFound):
    """The refund is not there, or belongs to somebody else."""

    kind: str = "refund"


@dataclass(kw_only=True, eq=False)
class TenantNotFound(NotFound):
    """The tenant is not there, or lies outside the caller's scope."""

    kind: str = "tenant"


@dataclass(kw_only=True, eq=False)
class ParameterNotFound(NotFound):
    """No parameter of that name is defined."""

    kind: str = "parameter"


@dataclass(kw_only=True, eq=False)
class Refused(RefundsError):
    """Understood, and may not be done as asked."""


@dataclass(kw_only=True, eq=False)
class AmountExceedsRefundable(Refused):
    """More was asked than is left of the captured amount."""

    asked: int
    refundable: int
    currency: str
    pointer: str = "/amount"

    @property
    def message(self) -> str:
        asked, left = (format_amount(amount, self.currency) for amount in (self.asked, self.refundable))
        if self.refundable == 0:
            return f"Nothing is left to refund{f'; {asked} was asked' if self.asked else ''}."
        return f"{asked} was asked, {left} is left to refund."


@dataclass(kw_only=True, eq=False)
class AmountNotPositive(Refused):
    """Amounts of refunds are at least one minor unit."""

    asked: int
    pointer: str = "/amount"

    @property
    def message(self) -> str:
        return f"A refund is at least 1 minor unit; {self.asked} was asked."


@dataclass(kw_only=True, eq=False)
class CurrencyMismatch(Refused):
    """A refund is in the currency of its payment."""

    asked: str
    expected: str
    pointer: str = "/currency"

    @property
    def message(self) -> str:
        return f"The payment is in {self.expected}; {self.asked} was asked."


@dataclass(kw_only=True, eq=False)
class TooManyRefunds(Refused):
    """The payment holds as many refunds as it may."""

    refunds_max: int
    ended: int
    pointer: str = "/payment_id"

    @property
    def message(self) -> str:
        if self.ended:
            return f"The payment already keeps {self.ended} refunds that ended without money; no more fit beside them."
        return f"The payment already has {self.refunds_max} refunds that went out or may go out, the most it may have."


@dataclass(kw_only=True, eq=False)
class PaymentFull(Refused):
    """The texts of the payment's refunds take all the room there is; the outcome of each has its share of it."""

    refunds: int
    bytes_max: int
    pointer: str = "/payment_id"

    @property
    def message(self) -> str:
        return (
            f"The {self.refunds} refunds of the payment, with this one, may need more than the {self.bytes_max} bytes "
            "that a payment keeps. Ask for it with fewer or shorter texts, or cancel refunds that wait."
        )


@dataclass(kw_only=True, eq=False)
class LineItemsDoNotSum(Refused):
    """The parts of a refund sum to its amount exactly."""

    sum_of_items: int
    amount: int
    pointer: str = "/line_items"

    @property
    def message(self) -> str:
        return f"The line items sum to {self.sum_of_items}, the refund is {self.amount}, in minor units."


@dataclass(kw_only=True, eq=False)
class LineItemExceedsPayment(Refused):
    """No line of a payment is refunded beyond its quantity, its amount or its tax, over all refunds together."""

    asked: int
    left: int

    @property
    def message(self) -> str:
        return f"{self.asked} is asked for; {max(self.left, 0)} of this line of the payment is left to refund."


@dataclass(kw_only=True, eq=False)
class LineItemsExceedCaptured(Refused):
    """The lines of a payment are at most what was captured; `pointer` names the one that goes beyond."""

    sum_of_items: int
    captured: int
    currency: str

    @property
    def message(self) -> str:
        items, captured = (format_amount(amount, self.currency) for amount in (self.sum_of_items, self.captured))
        return (
            f"The line items up to this one sum to {items}, {captured} was captured; "
            "an amount is that of the whole line, whatever its quantity, with discounts taken off."
        )


@dataclass(kw_only=True, eq=False)
class RequesterMayNotApprove(Refused):
    """Nobody approves their own refund."""

    @property
    def message(self) -> str:
        return "The requester of a refund may not approve it."


@dataclass(kw_only=True, eq=False)
class ApprovalCountedTwice(Refused):
    """One person counts once."""

    @property
    def message(self) -> str:
        return "You have already approved this refund; another approver is needed."


@dataclass(kw_only=True, eq=False)
class BlockedByRule(Refused):
    """A rule of the review that holds now stands against paying out; `reason` says which and what can be done."""

    reason: str

    @property
    def message(self) -> str:
        return self.reason


@dataclass(kw_only=True, eq=False)
class RefundBlockedByDispute(BlockedByRule):
    """A dispute or a lost chargeback stands against paying out."""


@dataclass(kw_only=True, eq=False)
class RefundAmountAboveMaximum(BlockedByRule):
    """The refund is larger than a refund may be by now."""


@dataclass(kw_only=True, eq=False)
class VelocityLimitExceeded(BlockedByRule):
    """With it, more of the payment would be refunded in a day or a week than may be."""


@dataclass(kw_only=True, eq=False)
class PartialRefundNotSupported(BlockedByRule):
    """The payment's method gives back the whole amount only."""


@dataclass(kw_only=True, eq=False)
class RefundMethodNotAllowed(BlockedByRule):
    """Refunds may no longer go there."""


@dataclass(kw_only=True, eq=False)
class RefundMethodNotConnected(BlockedByRule):
    """No rail pays out there."""


@dataclass(kw_only=True, eq=False)
class InvalidInput(Refused):
    """A field breaks a rule of its own."""

    rule: str

    @property
    def message(self) -> str:
        return self.rule


@dataclass(kw_only=True, eq=False)
class ContentUnreadable(InvalidInput):
    """What a gateway signed says nothing that can ever be taken, whatever stands in our data."""


@dataclass(kw_only=True, eq=False)
class ValueOutOfRange(Refused):
    """A parameter's value lies outside what its definition allows."""

    name: str
    rule: str
    pointer: str = "/value"

    @property
    def message(self) -> str:
        return f"{self.name}: {self.rule}"


@dataclass(kw_only=True, eq=False)
class NotOverridable(Refused):
    """The parameter may be set at the platform only."""

    name: str
    pointer: str = "/tenant_id"

    @property
    def message(self) -> str:
        return f"{self.name} may not be overridden below the platform."


@dataclass(kw_only=True, eq=False)
class Conflict(RefundsError):
    """The thing is no longer as the caller believes."""


@dataclass(kw_only=True, eq=False)
class TransitionNotAllowed(Conflict):
    """The state table has no way out of this status by this fact."""

    status: str
    fact: str

    @property
    def message(self) -> str:
        return f"A refund that is {self.status} does not take {self.fact}."


@dataclass(kw_only=True, eq=False)
class RefundNotInDoubt(Conflict):
    """The gateway has left nothing open about the refund that a person could decide."""

    status: str

    @property
    def message(self) -> str:
        return f"The refund is {self.status}, and its gateway leaves nothing about it in doubt."


@dataclass(kw_only=True, eq=False)
class RefundNotCancelable(Conflict):
    """The refund is on its way to the gateway or at its end."""

    status: str

    @property
    def message(self) -> str:
        return f"A refund that is {self.status} can no longer be canceled."


@dataclass(kw_only=True, eq=False)
class AlreadyExists(Conflict):
    """Something of this id, or for this captured payment, is already recorded."""

    kind: str
    pointer: str = "/id"

    @property
    def message(self) -> str:
        return f"This {self.kind} is already recorded."


@dataclass(kw_only=True, eq=False)
class VersionMismatch(Conflict):
    """`If-Match` does not name the present version."""

    expected: Sequence[int]
    present: int

    @property
    def message(self) -> str:
        named = " or ".join(map(str, self.expected))
        expected = f"Version {named}" if named else "Another version"
        return f"{expected} was expected, {self.present} is present. Read it again, then decide whether to change it."


@dataclass(kw_only=True, eq=False)
class ApprovalsMissing(Conflict):
    """The refund is ready without the approvals that it needs; only an edit of the database does that."""

    id: str

    @property
    def message(self) -> str:
        return f"{self.id} lacks approvals that it needs; nothing is sent. Run `refunds verify`."


@dataclass(kw_only=True, eq=False)
class RefundStillOpen(Conflict):
    """A gateway told of a movement that may be that of a refund whose outcome is still open."""

    refund_id: str

    @property
    def message(self) -> str:
        return f"This may be {self.refund_id}, which is on its way; tell it again when that has ended."


@dataclass(kw_only=True, eq=False)
class KeyReused(RefundsError):
    """The idempotency key belongs to a request with another body."""

    pointer: str = ""

    @property
    def message(self) -> str:
        return "This Idempotency-Key was used with another request."


@dataclass(kw_only=True, eq=False)
class Unavailable(RefundsError):
    """Nothing can be said or taken now; the caller tries again with the same key."""

    retry_after_s: int = 1


@dataclass(kw_only=True, eq=False)
class OutcomeUnknown(Unavailable):
    """The store did not say whether the write holds."""

    @property
    def message(self) -> str:
        return "It is not known whether this was stored; repeat the request with the same Idempotency-Key."


@dataclass(kw_only=True, eq=False)
class StoreUnavailable(Unavailable):
    """The store could not be read; nothing was written."""

    @property
    def message(self) -> str:
        return "The store cannot be reached just now; try again shortly."


@dataclass(kw_only=True, eq=False)
class PaymentUnreadable(Unavailable):
    """A stored payment that this release cannot understand: a later release wrote it, or something else did."""

    id: str

    @property
    def message(self) -> str:
        return "The stored payment has values that this release of the service does not know; nothing was changed."


@dataclass(kw_only=True, eq=False)
class Overloaded(Unavailable):
    """The bounded queue is full."""

    @property
    def message(self) -> str:
        return "Too many requests are waiting; try again shortly."
