"""The rules that a field of a request, a file or a webhook can break: one class a rule, each with its facts.

Raised where the field is read; answered as `validation_failed`. Their texts are in `refunds.texts`.
"""

from dataclasses import dataclass

from refunds.domain.errors import ContentUnreadable, InvalidInput
from refunds.domain.tenancy import TenantKind


@dataclass(kw_only=True, eq=False)
class KeyPrefixReserved(InvalidInput):
    """Idempotency keys with this prefix are those of refunds that were made at the gateway."""

    prefix: str


@dataclass(kw_only=True, eq=False)
class LineItemUnknown(InvalidInput):
    """The payment has no line item of this id."""


@dataclass(kw_only=True, eq=False)
class ReasonCodeUnknown(InvalidInput):
    """The registry of reason codes of this merchant does not have the code."""

    code: str
    known: tuple[str, ...]
    pointer: str = "/reason/code"


@dataclass(kw_only=True, eq=False)
class CursorUnknown(InvalidInput):
    """The cursor was not returned by any page."""

    pointer: str = "/cursor"


@dataclass(kw_only=True, eq=False)
class EventTypeUnknown(InvalidInput):
    """No event has this type."""

    pointer: str = "/type"


@dataclass(kw_only=True, eq=False)
class GatewayNotConnected(InvalidInput):
    """The payment's gateway is not one of those that are connected."""

    connected: tuple[str, ...]
    pointer: str = "/gateway"


@dataclass(kw_only=True, eq=False)
class WrongParent(InvalidInput):
    """A tenant of this kind does not belong directly below that parent."""

    kind: TenantKind
    wanted: TenantKind
    found: TenantKind
    pointer: str = "/parent_id"


@dataclass(kw_only=True, eq=False)
class BeginsInThePast(InvalidInput):
    """A value may not take effect before it is set."""

    pointer: str = "/effective_from"


@dataclass(kw_only=True, eq=False)
class EndsBeforeItBegins(InvalidInput):
    """A value ends after it took effect."""

    pointer: str = "/expires_at"


@dataclass(kw_only=True, eq=False)
class SignatureInvalid(InvalidInput):
    """The signature of a webhook is missing, too old, or not the gateway's."""


@dataclass(kw_only=True, eq=False)
class AttemptNotOfPayment(InvalidInput):
    """A gateway names an attempt that the payment does not have."""

    pointer: str = "/data/reference"


@dataclass(kw_only=True, eq=False)
class ReferenceOfOtherPayment(InvalidInput):
    """A gateway names an attempt of one payment and the id of another."""

    pointer: str = "/data/gateway_payment_id"


@dataclass(kw_only=True, eq=False)
class ResultOfOtherAmount(InvalidInput):
    """A gateway reports another amount, or another currency, than the refund has; minor units."""

    amount: int
    currency: str
    reported_amount: int | None
    reported_currency: str
    pointer: str = "/data/amount"


@dataclass(kw_only=True, eq=False)
class ExternalRefundNotSuccessful(InvalidInput):
    """A webhook of a refund that was made at the gateway and moved nothing: it concerns no refund of ours.

    `kind` is what the gateway reports, e.g. `failed` or `pending`.
    """

    kind: str
    pointer: str = "/data/status"


@dataclass(kw_only=True, eq=False)
class GatewayRefundIdMissing(ContentUnreadable):
    """A gateway reports a refund without its own id of it."""

    pointer: str = "/data/gateway_refund_id"


@dataclass(kw_only=True, eq=False)
class GatewayRefundIdOfOtherPayment(ContentUnreadable):
    """A gateway names its id of a refund of one payment together with another payment."""

    pointer: str = "/data/gateway_refund_id"


@dataclass(kw_only=True, eq=False)
class MovedAmountMissing(ContentUnreadable):
    """A gateway reports a success without a positive amount."""

    pointer: str = "/data/amount"


@dataclass(kw_only=True, eq=False)
class PaymentNotNamed(ContentUnreadable):
    """A webhook names neither our attempt nor the gateway's id of the payment."""

    pointer: str = "/data/gateway_payment_id"


@dataclass(kw_only=True, eq=False)
class RefundNotReadable(ContentUnreadable):
    """The refund in a webhook has no form that is known."""

    pointer: str = "/data"


@dataclass(kw_only=True, eq=False)
class WebhookMalformed(ContentUnreadable):
    """A webhook is not JSON with a type."""
