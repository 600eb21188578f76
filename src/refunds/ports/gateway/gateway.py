"""Defines the interface through which gateway-integration uses a payment gateway.

The id of the attempt is the idempotency key of every submission. An implementation raises nothing if the gateway or the
network fails. Every outcome is a `GatewayResult`. An uncertain outcome is `UNKNOWN`.
"""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from refunds.domain.attempt.result_recording import GatewayResult


class Submission(Struct, frozen=True, kw_only=True):
    """A refund that the gateway is asked to make.

    Amounts are in ISO 4217 minor units. The adapter converts the amounts if the gateway uses other units. `merchant_id`
    is not sent to the gateway. The circuit breaker needs `merchant_id` to count failures by merchant.
    """

    attempt_id: str
    merchant_id: str
    gateway_payment_id: str
    amount: int
    captured_amount: int
    currency: str
    token: str
    metadata: Mapping[str, str]


class GatewayNotice(Struct, frozen=True, kw_only=True):
    """A verified webhook about a refund. `attempt_id` is empty if the refund is external."""

    event_id: str
    attempt_id: str
    gateway_payment_id: str
    result: GatewayResult


class OtherNotice(Struct, frozen=True, kw_only=True):
    """A verified webhook that is not about a refund. `kind` comes from the gateway and may have any length."""

    kind: str


class Gateway(Protocol):
    """Submits refunds to one gateway, queries their status and reads the gateway's webhooks."""

    @property
    def name(self) -> str:
        """Returns the name that payments use for the gateway, such as `sandbox`."""
        ...

    async def submit(self, submission: Submission) -> GatewayResult:
        """Submits the refund. The gateway moves the money at most once for each attempt id."""
        ...

    async def query_status(self, attempt_id: str, merchant_id: str, gateway_refund_id: str = "") -> GatewayResult:
        """Asks the gateway for the status of an attempt.

        Returns SUCCEEDED, PENDING, FAILED or NOT_FOUND. Returns UNKNOWN if no answer came. An external refund has no
        attempt id at the gateway, so `gateway_refund_id` names the refund.
        """
        ...

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> GatewayNotice | OtherNotice:
        """Checks the signature of a webhook and decodes the webhook.

        Raises InvalidInput if the gateway did not sign the webhook. Raises ContentUnreadable if the webhook is signed
        but can never be decoded. If a header came several times, it is passed once, with its values separated by
        spaces.
        """
        ...

    def reread_notice(self, body: bytes) -> GatewayNotice | OtherNotice:
        """Decodes a stored webhook, which was verified when it was received. Raises ContentUnreadable."""
        ...
