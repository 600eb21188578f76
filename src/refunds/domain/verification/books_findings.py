"""What a verification finds where a gateway's books differ from ours. Pure; amounts are in minor units."""

from dataclasses import dataclass

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyDiffers(Finding):
    """The books have another currency."""

    payment_id: str
    at_gateway: str
    here: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementsDoNotSum(Finding):
    """The books do not sum to what they report."""

    payment_id: str
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementUnknown(Finding):
    """The gateway moved money for a refund that is not known here."""

    payment_id: str
    amount: int
    gateway_refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayIdDiffers(Finding):
    """The gateway has another id of a refund."""

    refund_id: str
    here: str
    at_gateway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArnDiffers(Finding):
    """The gateway has another ARN of a refund."""

    refund_id: str
    here: str
    at_gateway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDiffers(Finding):
    """The gateway moved another amount than the refund."""

    refund_id: str
    status: str
    amount: int
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingMoved(Finding):
    """The gateway has no account of a payment that is refunded here."""

    payment_id: str
    refunded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentUnknownHere(Finding):
    """The gateway moved money of a payment that is not recorded here."""

    gateway_payment_id: str
    moved: int
