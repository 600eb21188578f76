"""Defines the errors of the domain. Each error is named after the fact that it reports.

RefundsError
├── NotFound                 PaymentNotFound · RefundNotFound · TenantNotFound · ParameterNotFound · NotKnownHere
├── Refused                  the request was understood, but it is not allowed
│   ├── AmountExceedsRefundable (NothingLeftToRefund) · AmountNotPositive · CurrencyMismatch
│   ├── TooManyRefunds (TooManyEndedRefunds, TooManyExternalRefunds) · PaymentFull
│   ├── LineItemsDoNotSum · LineItemExceedsPayment · LineItemsExceedCaptured
│   ├── RequesterMayNotApprove · ApprovalCountedTwice
│   ├── BlockedByRule        one class per rule of the review, in `eligibility.broken_rules`
│   ├── ValueOutOfRange      one class per rule of parameter values, in `settings.value_errors`
│   ├── NotOverridable
│   └── InvalidInput (ContentUnreadable)  one class per rule of fields, in `invalid_input`
├── Conflict                 the current state of the object does not allow the request
│   ├── TransitionNotAllowed · RefundNotCancelable · RefundNotInDoubt · AlreadyExists · VersionMismatch
│   └── RefundStillOpen · ApprovalsMissing
├── KeyReused                the idempotency key was used for another request
└── Unavailable              the outcome is unknown or no answer is possible now, so the caller repeats the request
    └── OutcomeUnknown · StoreUnavailable · PaymentUnreadable · SettingsUnreadable · Overloaded

Errors have typed facts and no texts. `refunds.texts` has the texts of each class. `runtime.http.problems` makes
problem documents from facts and texts. Amounts are integers of minor units.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(kw_only=True, eq=False)
class RefundsError(Exception):
    """The base class of the domain's errors. `pointer` is the JSON pointer of the field concerned, or empty.

    `also` has further errors of the same request.
    """

    pointer: str = ""
    also: tuple["RefundsError", ...] = ()

    def __str__(self) -> str:
        """Returns the name and the fields of the error, for logs. People read the texts of `refunds.texts` instead."""
        facts = ((field.name, getattr(self, field.name)) for field in fields(self))
        return " ".join([type(self).__name__, *(f"{name}={value}" for name, value in facts if value not in ("", ()))])


@dataclass(kw_only=True, eq=False)
class NotFound(RefundsError):
    """The object does not exist, or is outside the caller's scope. Both cases give the same error."""

    kind: str = "resource"
    id: str = ""


@dataclass(kw_only=True, eq=False)
class PaymentNotFound(NotFound):
    """The payment does not exist, or is outside the caller's scope."""

    kind: str = "payment"


@dataclass(kw_only=True, eq=False)
class RefundNotFound(NotFound):
    """The refund does not exist, or is outside the caller's scope."""

    kind: str = "refund"


@dataclass(kw_only=True, eq=False)
class TenantNotFound(NotFound):
    """The tenant does not exist, or is outside the caller's scope."""

    kind: str = "tenant"


@dataclass(kw_only=True, eq=False)
class ParameterNotFound(NotFound):
    """No parameter with this name is defined."""

    kind: str = "parameter"


@dataclass(kw_only=True, eq=False)
class NotKnownHere(NotFound):
    """A webhook names a gateway, payment or refund that this instance does not have.

    Scopes do not matter here, because a webhook has no scope.
    """


@dataclass(kw_only=True, eq=False)
class Refused(RefundsError):
    """The request was understood, but it is not allowed."""


@dataclass(kw_only=True, eq=False)
class AmountExceedsRefundable(Refused):
    """The requested amount exceeds the amount of the payment that can still be refunded."""

    asked: int
    refundable: int
    currency: str
    pointer: str = "/amount"


@dataclass(kw_only=True, eq=False)
class NothingLeftToRefund(AmountExceedsRefundable):
    """The whole captured amount is refunded, or reserved for refunds under way."""


@dataclass(kw_only=True, eq=False)
class AmountNotPositive(Refused):
    """The amount of the refund is less than one minor unit."""

    asked: int
    pointer: str = "/amount"


@dataclass(kw_only=True, eq=False)
class CurrencyMismatch(Refused):
    """The currency of the refund differs from the currency of its payment."""

    asked: str
    expected: str
    pointer: str = "/currency"


@dataclass(kw_only=True, eq=False)
class TooManyRefunds(Refused):
    """The payment already has the maximum number of refunds."""

    refunds_max: int
    pointer: str = "/payment_id"


@dataclass(kw_only=True, eq=False)
class TooManyEndedRefunds(TooManyRefunds):
    """The payment already has the maximum number of refunds that ended without moving money."""

    ended: int


@dataclass(kw_only=True, eq=False)
class TooManyExternalRefunds(TooManyRefunds):
    """The payment already has the maximum number of external refunds."""


@dataclass(kw_only=True, eq=False)
class PaymentFull(Refused):
    """The payment's document has too few bytes left for the refund and its outcome."""

    refunds: int
    bytes_max: int
    pointer: str = "/payment_id"


@dataclass(kw_only=True, eq=False)
class LineItemsDoNotSum(Refused):
    """The amounts of a refund's line items do not sum to the amount of the refund."""

    sum_of_items: int
    amount: int
    pointer: str = "/line_items"


@dataclass(kw_only=True, eq=False)
class LineItemExceedsPayment(Refused):
    """The refunds of a line item together exceed the item's quantity, amount or tax in the payment."""

    asked: int
    left: int


@dataclass(kw_only=True, eq=False)
class LineItemsExceedCaptured(Refused):
    """The line items of a payment sum to more than the captured amount. `pointer` names the first item above it."""

    sum_of_items: int
    captured: int
    currency: str


@dataclass(kw_only=True, eq=False)
class RequesterMayNotApprove(Refused):
    """The requester of a refund may not approve it."""


@dataclass(kw_only=True, eq=False)
class ApprovalCountedTwice(Refused):
    """The approver has already approved this refund."""


@dataclass(kw_only=True, eq=False)
class BlockedByRule(Refused):
    """A rule in force blocks the refund. `eligibility.broken_rules` has one class per rule, with the rule's code."""

    code: ClassVar[str] = ""
    category: ClassVar[str] = ""


@dataclass(kw_only=True, eq=False)
class InvalidInput(Refused):
    """A field is invalid. `invalid_input` has one class per rule."""


@dataclass(kw_only=True, eq=False)
class ContentUnreadable(InvalidInput):
    """A signed webhook has content that this service can never process, so a person has to read it."""


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
    """The current state of the object does not allow the request."""


@dataclass(kw_only=True, eq=False)
class TransitionNotAllowed(Conflict):
    """The table of states has no transition for this status and fact."""

    status: str
    fact: str


@dataclass(kw_only=True, eq=False)
class RefundNotInDoubt(Conflict):
    """The outcome of the refund is certain, so a person has nothing to decide."""

    status: str


@dataclass(kw_only=True, eq=False)
class RefundNotCancelable(Conflict):
    """The refund cannot be canceled, because it is at its gateway or is final."""

    status: str


@dataclass(kw_only=True, eq=False)
class AlreadyExists(Conflict):
    """An object with this id already exists, or the same captured payment was already recorded."""

    kind: str
    pointer: str = "/id"


@dataclass(kw_only=True, eq=False)
class VersionMismatch(Conflict):
    """The object's current version `present` is not among the `expected` versions of the header `If-Match`."""

    expected: Sequence[int]
    present: int


@dataclass(kw_only=True, eq=False)
class ApprovalsMissing(Conflict):
    """The refund is ready for submission, but has too few approvals. Only an edit of the database can cause that."""

    id: str


@dataclass(kw_only=True, eq=False)
class RefundStillOpen(Conflict):
    """A movement of money that a gateway reports may belong to a refund of this service that is not final yet."""

    refund_id: str


@dataclass(kw_only=True, eq=False)
class KeyReused(RefundsError):
    """The idempotency key was used before for a request with another body."""

    pointer: str = ""


@dataclass(kw_only=True, eq=False)
class Unavailable(RefundsError):
    """No answer is possible now. The caller repeats the request with the same idempotency key."""

    retry_after_s: int = 1


@dataclass(kw_only=True, eq=False)
class OutcomeUnknown(Unavailable):
    """The store did not confirm whether the write succeeded."""


@dataclass(kw_only=True, eq=False)
class StoreUnavailable(Unavailable):
    """The store could not be read, so nothing was written."""


@dataclass(kw_only=True, eq=False)
class PaymentUnreadable(Unavailable):
    """This release cannot decode a stored payment, because a later release or another program wrote it."""

    id: str


@dataclass(kw_only=True, eq=False)
class SettingsUnreadable(Unavailable):
    """The request needs a stored tenant, or a parameter's stored value, that this release cannot read."""

    kind: str
    id: str


@dataclass(kw_only=True, eq=False)
class Overloaded(Unavailable):
    """The queue of requests is full."""
