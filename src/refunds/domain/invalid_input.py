"""The rules that a field of a request, a file or a webhook can break: one class per rule, with its facts.

Raised where the field is read; answered as `validation_failed`. The texts are in `refunds.texts`.
"""

from dataclasses import dataclass

from refunds.domain.errors import ContentUnreadable, InvalidInput
from refunds.domain.tenancy import TenantKind


@dataclass(kw_only=True, eq=False)
class KeyPrefixReserved(InvalidInput):
    """Only external refunds may have an idempotency key with this prefix."""

    prefix: str


@dataclass(kw_only=True, eq=False)
class LineItemUnknown(InvalidInput):
    """The payment has no line item with this id."""


@dataclass(kw_only=True, eq=False)
class ReasonCodeUnknown(InvalidInput):
    """The merchant's list of reason codes does not have this code."""

    code: str
    known: tuple[str, ...]
    pointer: str = "/reason/code"


@dataclass(kw_only=True, eq=False)
class CursorUnknown(InvalidInput):
    """No page was answered with this cursor."""

    pointer: str = "/cursor"


@dataclass(kw_only=True, eq=False)
class EventTypeUnknown(InvalidInput):
    """There is no event type of this name."""

    known: tuple[str, ...]
    pointer: str = "/type"


@dataclass(kw_only=True, eq=False)
class GatewayNotConnected(InvalidInput):
    """The payment's gateway is not connected to this instance."""

    connected: tuple[str, ...]
    pointer: str = "/gateway"


@dataclass(kw_only=True, eq=False)
class WrongParent(InvalidInput):
    """A tenant of this kind cannot be added below a parent of that kind."""

    kind: TenantKind
    wanted: TenantKind
    found: TenantKind
    pointer: str = "/parent_id"


@dataclass(kw_only=True, eq=False)
class BeginsInThePast(InvalidInput):
    """The value would take effect before it is set."""

    pointer: str = "/effective_from"


@dataclass(kw_only=True, eq=False)
class EndsBeforeItBegins(InvalidInput):
    """The value would end before it takes effect."""

    pointer: str = "/expires_at"


@dataclass(kw_only=True, eq=False)
class SignatureInvalid(InvalidInput):
    """The signature of a webhook is missing, too old or wrong."""


@dataclass(kw_only=True, eq=False)
class AttemptNotOfPayment(InvalidInput):
    """A gateway names an attempt that does not belong to the payment."""

    pointer: str = "/data/reference"


@dataclass(kw_only=True, eq=False)
class ReferenceOfOtherPayment(InvalidInput):
    """A gateway names an attempt of one payment together with the id of another payment."""

    pointer: str = "/data/gateway_payment_id"


@dataclass(kw_only=True, eq=False)
class ResultOfOtherAmount(InvalidInput):
    """A gateway reports an amount or currency that differs from the refund's; minor units."""

    amount: int
    currency: str
    reported_amount: int | None
    reported_currency: str
    pointer: str = "/data/amount"


@dataclass(kw_only=True, eq=False)
class ExternalRefundNotSuccessful(InvalidInput):
    """A webhook reports an external refund that moved no money, and no refund of this service is concerned.

    `kind` is what the gateway reports, e.g. `failed` or `pending`.
    """

    kind: str
    pointer: str = "/data/status"


@dataclass(kw_only=True, eq=False)
class GatewayRefundIdMissing(ContentUnreadable):
    """A gateway reports a refund and does not name its id at the gateway."""

    pointer: str = "/data/gateway_refund_id"


@dataclass(kw_only=True, eq=False)
class GatewayRefundIdOfOtherPayment(ContentUnreadable):
    """A gateway names a payment together with a refund of another payment."""

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
    """The refund in a webhook has an unknown form."""

    pointer: str = "/data"


@dataclass(kw_only=True, eq=False)
class WebhookMalformed(ContentUnreadable):
    """The body of a webhook is not a JSON object with a type."""
