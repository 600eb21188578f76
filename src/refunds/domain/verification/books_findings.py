"""Defines the findings about gateways' books that differ from this service's books. Amounts are in minor units."""

from dataclasses import dataclass

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyDiffers(Finding):
    """The payment's currency in the gateway's books differs from its currency in this service's books."""

    payment_id: str
    at_gateway: str
    here: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementsDoNotSum(Finding):
    """The movements in the gateway's books do not sum to `moved`, the total that the gateway reports."""

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
    """The gateway's id for the refund differs from the id that this service stored."""

    refund_id: str
    here: str
    at_gateway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArnDiffers(Finding):
    """The gateway's ARN for the refund differs from the ARN that this service stored."""

    refund_id: str
    here: str
    at_gateway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDiffers(Finding):
    """The amount `moved` that the gateway moved does not fit the refund's `amount` here."""

    refund_id: str
    status: str
    amount: int
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingMoved(Finding):
    """This service refunded the amount `refunded` of a payment for which the gateway moved nothing."""

    payment_id: str
    refunded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentUnknownHere(Finding):
    """The gateway moved money for a payment that this service does not have."""

    gateway_payment_id: str
    moved: int
