"""Defines the rules that a field of a request, file or webhook can break, with one class per rule.

An error is raised where the field is read, and is answered as `validation_failed`. The texts are in `refunds.texts`.
"""

from dataclasses import dataclass

from refunds.domain.errors import ContentUnreadable, InvalidInput
from refunds.domain.tenancy import TenantKind


@dataclass(kw_only=True, eq=False)
class KeyPrefixReserved(InvalidInput):
    """The idempotency key begins with a prefix that only external refunds may use."""

    prefix: str


@dataclass(kw_only=True, eq=False)
class LineItemUnknown(InvalidInput):
    """The payment has no line item with this id."""


@dataclass(kw_only=True, eq=False)
class ReasonCodeUnknown(InvalidInput):
    """The merchant's list of reason codes does not contain this code."""

    code: str
    known: tuple[str, ...]
    pointer: str = "/reason/code"


@dataclass(kw_only=True, eq=False)
class CursorUnknown(InvalidInput):
    """The service never returned a page with this cursor."""

    pointer: str = "/cursor"


@dataclass(kw_only=True, eq=False)
class EventTypeUnknown(InvalidInput):
    """There is no event type with this name."""

    known: tuple[str, ...]
    pointer: str = "/type"


@dataclass(kw_only=True, eq=False)
class GatewayNotConnected(InvalidInput):
    """The payment's gateway is not connected to this instance."""

    connected: tuple[str, ...]
    pointer: str = "/gateway"


@dataclass(kw_only=True, eq=False)
class WrongParent(InvalidInput):
    """A tenant of the kind `kind` needs a parent of the kind `wanted`, but its parent is of the kind `found`."""

    kind: TenantKind
    wanted: TenantKind
    found: TenantKind
    pointer: str = "/parent_id"


@dataclass(kw_only=True, eq=False)
class BeginsInThePast(InvalidInput):
    """The parameter's value would take effect before it is set."""

    pointer: str = "/effective_from"


@dataclass(kw_only=True, eq=False)
class EndsBeforeItBegins(InvalidInput):
    """The parameter's value would end before it takes effect."""

    pointer: str = "/expires_at"


@dataclass(kw_only=True, eq=False)
class SignatureInvalid(InvalidInput):
    """The signature of a webhook is missing, too old or wrong."""


@dataclass(kw_only=True, eq=False)
class AttemptNotOfPayment(InvalidInput):
    """A gateway names an attempt that the payment does not have."""

    pointer: str = "/data/reference"


@dataclass(kw_only=True, eq=False)
class ReferenceOfOtherPayment(InvalidInput):
    """A gateway names an attempt of one payment together with the id of another payment."""

    pointer: str = "/data/gateway_payment_id"


@dataclass(kw_only=True, eq=False)
class ResultOfOtherAmount(InvalidInput):
    """A gateway reports an amount or currency that differs from the refund. Amounts are in minor units."""

    amount: int
    currency: str
    reported_amount: int | None
    reported_currency: str
    pointer: str = "/data/amount"


@dataclass(kw_only=True, eq=False)
class ExternalRefundNotSuccessful(InvalidInput):
    """A webhook reports an external refund that moved no money, and that cannot be a refund of this service.

    `kind` is what the gateway reports, for example `failed` or `pending`.
    """

    kind: str
    pointer: str = "/data/status"


@dataclass(kw_only=True, eq=False)
class GatewayRefundIdMissing(ContentUnreadable):
    """A gateway reports a refund without the gateway's id of that refund."""

    pointer: str = "/data/gateway_refund_id"


@dataclass(kw_only=True, eq=False)
class GatewayRefundIdOfOtherPayment(ContentUnreadable):
    """A gateway names a payment together with a refund that belongs to another payment."""

    pointer: str = "/data/gateway_refund_id"


@dataclass(kw_only=True, eq=False)
class MovedAmountMissing(ContentUnreadable):
    """A gateway reports a success without a positive amount."""

    pointer: str = "/data/amount"


@dataclass(kw_only=True, eq=False)
class PaymentNotNamed(ContentUnreadable):
    """A webhook names neither an attempt of this service nor the payment's id at the gateway."""

    pointer: str = "/data/gateway_payment_id"


@dataclass(kw_only=True, eq=False)
class RefundNotReadable(ContentUnreadable):
    """The refund in a webhook has a form that this service does not know."""

    pointer: str = "/data"


@dataclass(kw_only=True, eq=False)
class WebhookMalformed(ContentUnreadable):
    """The body of a webhook is not a JSON object with a `type`."""
