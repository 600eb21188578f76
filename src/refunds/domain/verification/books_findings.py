"""Findings where a gateway's books differ from this service's. Pure; amounts are in minor units."""

from dataclasses import dataclass

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyDiffers(Finding):
    """The gateway's books have another currency than the payment."""

    payment_id: str
    at_gateway: str
    here: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementsDoNotSum(Finding):
    """The movements in the gateway's books do not sum to the total that the books give."""

    payment_id: str
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementUnknown(Finding):
    """The gateway moved money for a refund that this service does not have."""

    payment_id: str
    amount: int
    gateway_refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayIdDiffers(Finding):
    """The gateway has another id for the refund than this service stored."""

    refund_id: str
    here: str
    at_gateway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArnDiffers(Finding):
    """The gateway has another ARN for the refund than this service stored."""

    refund_id: str
    here: str
    at_gateway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDiffers(Finding):
    """The gateway moved another amount than the refund's."""

    refund_id: str
    status: str
    amount: int
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingMoved(Finding):
    """This service has refunds of a payment that the gateway's books do not have."""

    payment_id: str
    refunded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentUnknownHere(Finding):
    """The gateway moved money of a payment that this service does not have."""

    gateway_payment_id: str
    moved: int
