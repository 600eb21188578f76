"""Everything the domain can refuse, named after the fact and drawn once, here.

RefundsError
├── NotFound                 PaymentNotFound · RefundNotFound · TenantNotFound · ParameterNotFound
├── Refused                  the request is understood and may not be done
│   ├── AmountExceedsRefundable (NothingLeftToRefund) · AmountNotPositive · CurrencyMismatch
│   ├── TooManyRefunds (TooManyEndedRefunds, TooManyExternalRefunds) · PaymentFull
│   ├── LineItemsDoNotSum · LineItemExceedsPayment · LineItemsExceedCaptured
│   ├── RequesterMayNotApprove · ApprovalCountedTwice
│   ├── BlockedByRule           a rule of the review stands against paying out
│   │   ├── RefundBlockedByDispute · RefundAmountAboveMaximum · PartialRefundNotSupported
│   │   └── VelocityLimitExceeded · RefundMethodNotAllowed · RefundMethodNotConnected
│   ├── ValueOutOfRange      a parameter's value; one class a rule, in `settings.value_errors`
│   ├── NotOverridable
│   └── InvalidInput (ContentUnreadable)  a field; one class a rule, in `invalid_input`
├── Conflict                 the thing is no longer as the caller believes
│   ├── TransitionNotAllowed · RefundNotCancelable · AlreadyExists · VersionMismatch
│   └── RefundStillOpen · ApprovalsMissing
├── KeyReused                same idempotency key, other body
└── Unavailable              nothing is known or nothing can be taken now: try again
    └── OutcomeUnknown · StoreUnavailable · Overloaded

Errors carry facts and no prose: `refunds.texts` has the words of each class, `runtime.http.problems` makes problem
documents of both. Amounts are integers of minor units.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields


@dataclass(kw_only=True, eq=False)
class RefundsError(Exception):
    """Root of the tree; `pointer` names the field concerned as a JSON pointer, where there is one.

    `also` is what else stands against the same request.
    """

    pointer: str = ""
    also: tuple["RefundsError", ...] = ()

    def __str__(self) -> str:
        """For logs: the fact and its fields; people read the texts."""
        facts = ((field.name, getattr(self, field.name)) for field in fields(self))
        return " ".join([type(self).__name__, *(f"{name}={value}" for name, value in facts if value not in ("", ()))])


@dataclass(kw_only=True, eq=False)
class NotFound(RefundsError):
    """No such thing in the caller's scope; a foreign thing is answered the same."""

    kind: str = "resource"
    id: str = ""


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


@dataclass(kw_only=True, eq=False)
class NothingLeftToRefund(AmountExceedsRefundable):
    """All of the captured amount is refunded, or reserved for refunds under way."""


@dataclass(kw_only=True, eq=False)
class AmountNotPositive(Refused):
    """Amounts of refunds are at least one minor unit."""

    asked: int
    pointer: str = "/amount"


@dataclass(kw_only=True, eq=False)
class CurrencyMismatch(Refused):
    """A refund is in the currency of its payment."""

    asked: str
    expected: str
    pointer: str = "/currency"


@dataclass(kw_only=True, eq=False)
class TooManyRefunds(Refused):
    """The payment holds as many refunds as it may."""

    refunds_max: int
    pointer: str = "/payment_id"


@dataclass(kw_only=True, eq=False)
class TooManyEndedRefunds(TooManyRefunds):
    """It keeps as many refunds that ended without money as it may."""

    ended: int


@dataclass(kw_only=True, eq=False)
class TooManyExternalRefunds(TooManyRefunds):
    """It keeps as many refunds that were made at the gateway as it may."""


@dataclass(kw_only=True, eq=False)
class PaymentFull(Refused):
    """The texts of the payment's refunds take all the room there is; the outcome of each has its share of it."""

    refunds: int
    bytes_max: int
    pointer: str = "/payment_id"


@dataclass(kw_only=True, eq=False)
class LineItemsDoNotSum(Refused):
    """The parts of a refund sum to its amount exactly."""

    sum_of_items: int
    amount: int
    pointer: str = "/line_items"


@dataclass(kw_only=True, eq=False)
class LineItemExceedsPayment(Refused):
    """No line of a payment is refunded beyond its quantity, its amount or its tax, over all refunds together."""

    asked: int
    left: int


@dataclass(kw_only=True, eq=False)
class LineItemsExceedCaptured(Refused):
    """The lines of a payment are at most what was captured; `pointer` names the one that goes beyond."""

    sum_of_items: int
    captured: int
    currency: str


@dataclass(kw_only=True, eq=False)
class RequesterMayNotApprove(Refused):
    """Nobody approves their own refund."""


@dataclass(kw_only=True, eq=False)
class ApprovalCountedTwice(Refused):
    """One person counts once."""


@dataclass(kw_only=True, eq=False)
class BlockedByRule(Refused):
    """A rule of the review that holds now stands against paying out; `reason` says which and what can be done."""

    reason: str


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
    """A field breaks a rule of its own; each rule is a class in `invalid_input`."""


@dataclass(kw_only=True, eq=False)
class ContentUnreadable(InvalidInput):
    """What a gateway signed says nothing that can ever be taken, whatever stands in our data."""


@dataclass(kw_only=True, eq=False)
class ValueOutOfRange(Refused):
    """A parameter's value lies outside what its definition allows; each rule is a class in `settings.value_errors`."""

    name: str
    pointer: str = "/value"


@dataclass(kw_only=True, eq=False)
class NotOverridable(Refused):
    """The parameter may be set at the platform only."""

    name: str
    pointer: str = "/tenant_id"


@dataclass(kw_only=True, eq=False)
class Conflict(RefundsError):
    """The thing is no longer as the caller believes."""


@dataclass(kw_only=True, eq=False)
class TransitionNotAllowed(Conflict):
    """The state table has no way out of this status by this fact."""

    status: str
    fact: str


@dataclass(kw_only=True, eq=False)
class RefundNotInDoubt(Conflict):
    """The gateway has left nothing open about the refund that a person could decide."""

    status: str


@dataclass(kw_only=True, eq=False)
class RefundNotCancelable(Conflict):
    """The refund is on its way to the gateway or at its end."""

    status: str


@dataclass(kw_only=True, eq=False)
class AlreadyExists(Conflict):
    """Something of this id, or for this captured payment, is already recorded."""

    kind: str
    pointer: str = "/id"


@dataclass(kw_only=True, eq=False)
class VersionMismatch(Conflict):
    """`If-Match` does not name the present version."""

    expected: Sequence[int]
    present: int


@dataclass(kw_only=True, eq=False)
class ApprovalsMissing(Conflict):
    """The refund is ready without the approvals that it needs; only an edit of the database does that."""

    id: str


@dataclass(kw_only=True, eq=False)
class RefundStillOpen(Conflict):
    """A gateway told of a movement that may be that of a refund whose outcome is still open."""

    refund_id: str


@dataclass(kw_only=True, eq=False)
class KeyReused(RefundsError):
    """The idempotency key belongs to a request with another body."""

    pointer: str = ""


@dataclass(kw_only=True, eq=False)
class Unavailable(RefundsError):
    """Nothing can be said or taken now; the caller tries again with the same key."""

    retry_after_s: int = 1


@dataclass(kw_only=True, eq=False)
class OutcomeUnknown(Unavailable):
    """The store did not say whether the write holds."""


@dataclass(kw_only=True, eq=False)
class StoreUnavailable(Unavailable):
    """The store could not be read; nothing was written."""


@dataclass(kw_only=True, eq=False)
class PaymentUnreadable(Unavailable):
    """A stored payment that this release cannot understand: a later release wrote it, or something else did."""

    id: str


@dataclass(kw_only=True, eq=False)
class Overloaded(Unavailable):
    """The bounded queue is full."""
