"""The tree of errors of the domain, each named after the fact.

RefundsError
├── NotFound                 PaymentNotFound · RefundNotFound · TenantNotFound · ParameterNotFound · NotKnownHere
├── Refused                  the request is understood and may not be done
│   ├── AmountExceedsRefundable (NothingLeftToRefund) · AmountNotPositive · CurrencyMismatch
│   ├── TooManyRefunds (TooManyEndedRefunds, TooManyExternalRefunds) · PaymentFull
│   ├── LineItemsDoNotSum · LineItemExceedsPayment · LineItemsExceedCaptured
│   ├── RequesterMayNotApprove · ApprovalCountedTwice
│   ├── BlockedByRule        a rule of the review; one class a rule, in `eligibility.broken_rules`
│   ├── ValueOutOfRange      a parameter's value; one class a rule, in `settings.value_errors`
│   ├── NotOverridable
│   └── InvalidInput (ContentUnreadable)  a field; one class a rule, in `invalid_input`
├── Conflict                 the thing has changed since the caller read it
│   ├── TransitionNotAllowed · RefundNotCancelable · AlreadyExists · VersionMismatch
│   └── RefundStillOpen · ApprovalsMissing
├── KeyReused                same idempotency key, other body
└── Unavailable              the outcome is unknown, or no request is accepted now: repeat it
    └── OutcomeUnknown · StoreUnavailable · PaymentUnreadable · SettingsUnreadable · Overloaded

Errors have typed facts and no prose: `refunds.texts` has the texts of each class, `runtime.http.problems` makes
problem documents of both. Amounts are integers of minor units.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(kw_only=True, eq=False)
class RefundsError(Exception):
    """Root of the tree. `pointer` is the JSON pointer of the field concerned, or empty."""

    pointer: str = ""
    also: tuple["RefundsError", ...] = ()

    def __str__(self) -> str:
        """Returns the fact and its fields, for logs; people read the texts instead."""
        facts = ((field.name, getattr(self, field.name)) for field in fields(self))
        return " ".join([type(self).__name__, *(f"{name}={value}" for name, value in facts if value not in ("", ()))])


@dataclass(kw_only=True, eq=False)
class NotFound(RefundsError):
    """The object does not exist in the caller's scope; an object outside the scope gives the same error."""

    kind: str = "resource"
    id: str = ""


@dataclass(kw_only=True, eq=False)
class PaymentNotFound(NotFound):
    """The payment does not exist, or is outside of the caller's scope."""

    kind: str = "payment"


@dataclass(kw_only=True, eq=False)
class RefundNotFound(NotFound):
    """The refund does not exist, or is outside of the caller's scope."""

    kind: str = "refund"


@dataclass(kw_only=True, eq=False)
class TenantNotFound(NotFound):
    """The tenant does not exist, or is outside of the caller's scope."""

    kind: str = "tenant"


@dataclass(kw_only=True, eq=False)
class ParameterNotFound(NotFound):
    """No parameter of that name is defined."""

    kind: str = "parameter"


@dataclass(kw_only=True, eq=False)
class NotKnownHere(NotFound):
    """A webhook names a gateway, payment or refund that this instance does not have. Webhooks have no scope."""


@dataclass(kw_only=True, eq=False)
class Refused(RefundsError):
    """The request is understood and not allowed."""


@dataclass(kw_only=True, eq=False)
class AmountExceedsRefundable(Refused):
    """The amount exceeds what is left of the captured amount."""

    asked: int
    refundable: int
    currency: str
    pointer: str = "/amount"


@dataclass(kw_only=True, eq=False)
class NothingLeftToRefund(AmountExceedsRefundable):
    """All of the captured amount is refunded, or reserved for refunds under way."""


@dataclass(kw_only=True, eq=False)
class AmountNotPositive(Refused):
    """The amount of a refund must be at least one minor unit."""

    asked: int
    pointer: str = "/amount"


@dataclass(kw_only=True, eq=False)
class CurrencyMismatch(Refused):
    """The refund's currency differs from that of its payment."""

    asked: str
    expected: str
    pointer: str = "/currency"


@dataclass(kw_only=True, eq=False)
class TooManyRefunds(Refused):
    """The payment has the maximum number of refunds."""

    refunds_max: int
    pointer: str = "/payment_id"


@dataclass(kw_only=True, eq=False)
class TooManyEndedRefunds(TooManyRefunds):
    """The payment has the maximum number of refunds that ended without moving money."""

    ended: int


@dataclass(kw_only=True, eq=False)
class TooManyExternalRefunds(TooManyRefunds):
    """The payment has the maximum number of external refunds."""


@dataclass(kw_only=True, eq=False)
class PaymentFull(Refused):
    """The payment's document has too few bytes left for the refund and its outcome."""

    refunds: int
    bytes_max: int
    pointer: str = "/payment_id"


@dataclass(kw_only=True, eq=False)
class LineItemsDoNotSum(Refused):
    """The line items of a refund do not sum to its amount."""

    sum_of_items: int
    amount: int
    pointer: str = "/line_items"


@dataclass(kw_only=True, eq=False)
class LineItemExceedsPayment(Refused):
    """All refunds of a line item together exceed its quantity, amount or tax in the payment."""

    asked: int
    left: int


@dataclass(kw_only=True, eq=False)
class LineItemsExceedCaptured(Refused):
    """The line items of a payment exceed the captured amount; `pointer` names the item that exceeds it."""

    sum_of_items: int
    captured: int
    currency: str


@dataclass(kw_only=True, eq=False)
class RequesterMayNotApprove(Refused):
    """The requester of a refund may not approve it."""


@dataclass(kw_only=True, eq=False)
class ApprovalCountedTwice(Refused):
    """The approver has approved the refund already."""


@dataclass(kw_only=True, eq=False)
class BlockedByRule(Refused):
    """A rule in force blocks the refund. `eligibility.broken_rules` has one class, with its code, per rule."""

    code: ClassVar[str] = ""
    category: ClassVar[str] = ""


@dataclass(kw_only=True, eq=False)
class InvalidInput(Refused):
    """A field is invalid. `invalid_input` has one class per rule."""


@dataclass(kw_only=True, eq=False)
class ContentUnreadable(InvalidInput):
    """A signed webhook has content that this service can never process: a person has to read it."""


@dataclass(kw_only=True, eq=False)
class ValueOutOfRange(Refused):
    """A parameter's value violates its definition. `settings.value_errors` has one class per rule."""

    name: str
    pointer: str = "/value"


@dataclass(kw_only=True, eq=False)
class NotOverridable(Refused):
    """The parameter may be set only for the platform."""

    name: str
    pointer: str = "/tenant_id"


@dataclass(kw_only=True, eq=False)
class Conflict(RefundsError):
    """The present state of the object does not allow the request."""


@dataclass(kw_only=True, eq=False)
class TransitionNotAllowed(Conflict):
    """The table of states has no transition for this status and fact."""

    status: str
    fact: str


@dataclass(kw_only=True, eq=False)
class RefundNotInDoubt(Conflict):
    """The outcome of the refund is certain: a person has nothing to decide."""

    status: str


@dataclass(kw_only=True, eq=False)
class RefundNotCancelable(Conflict):
    """The refund is at its gateway, or it is final."""

    status: str


@dataclass(kw_only=True, eq=False)
class AlreadyExists(Conflict):
    """An object with this id, or the same captured payment, is already recorded."""

    kind: str
    pointer: str = "/id"


@dataclass(kw_only=True, eq=False)
class VersionMismatch(Conflict):
    """`If-Match` does not match the present version."""

    expected: Sequence[int]
    present: int


@dataclass(kw_only=True, eq=False)
class ApprovalsMissing(Conflict):
    """The refund is ready without the approvals that it needs: only an edit of the database can cause that."""

    id: str


@dataclass(kw_only=True, eq=False)
class RefundStillOpen(Conflict):
    """The reported movement may belong to a refund of this service that is not final."""

    refund_id: str


@dataclass(kw_only=True, eq=False)
class KeyReused(RefundsError):
    """The idempotency key was used before for a request with another body."""

    pointer: str = ""


@dataclass(kw_only=True, eq=False)
class Unavailable(RefundsError):
    """No answer is possible now; the caller repeats the request with the same key."""

    retry_after_s: int = 1


@dataclass(kw_only=True, eq=False)
class OutcomeUnknown(Unavailable):
    """The store did not confirm whether the write succeeded."""


@dataclass(kw_only=True, eq=False)
class StoreUnavailable(Unavailable):
    """The store could not be read; nothing was written."""


@dataclass(kw_only=True, eq=False)
class PaymentUnreadable(Unavailable):
    """This release cannot decode a stored payment: a later release or another program wrote it."""

    id: str


@dataclass(kw_only=True, eq=False)
class SettingsUnreadable(Unavailable):
    """The request depends on a stored tenant or parameter value that this release cannot read."""

    kind: str
    id: str


@dataclass(kw_only=True, eq=False)
class Overloaded(Unavailable):
    """The bounded queue of requests is full."""
