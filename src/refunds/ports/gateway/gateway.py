"""A payment gateway, as gateway-integration calls it. The attempt's id is the idempotency key of every submission.

Implementations raise nothing for errors of gateway or network: every outcome is a `GatewayResult`; an uncertain one is
`UNKNOWN`.
"""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from refunds.domain.attempt.result_recording import GatewayResult


class Submission(Struct, frozen=True, kw_only=True):
    """The refund that the gateway shall make. Amounts in ISO 4217 minor units; the adapter rescales them if needed.

    `merchant_id` is not sent to the gateway: the circuit breaker counts failures by merchant.
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
    """A verified webhook about a refund. `attempt_id` is empty for external refunds."""

    event_id: str
    attempt_id: str
    gateway_payment_id: str
    result: GatewayResult


class OtherNotice(Struct, frozen=True, kw_only=True):
    """A verified webhook about something else; `kind` is the gateway's own name for it, of any length."""

    kind: str


class Gateway(Protocol):
    """One gateway."""

    @property
    def name(self) -> str:
        """Returns the name that payments use for the gateway, e.g. `sandbox`."""
        ...

    async def submit(self, submission: Submission) -> GatewayResult:
        """Submits the refund; the gateway moves money once per attempt id, however often this is called."""
        ...

    async def query_status(self, attempt_id: str, merchant_id: str, gateway_refund_id: str = "") -> GatewayResult:
        """Queries the status of an attempt: SUCCEEDED, PENDING, FAILED, NOT_FOUND, or UNKNOWN if no answer came.

        `gateway_refund_id` is passed for an external refund, which has no attempt id at the gateway.
        """
        ...

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> GatewayNotice | OtherNotice:
        """Checks the signature of a webhook and decodes it.

        Raises InvalidInput if the gateway did not sign it, ContentUnreadable if it is signed but can never be decoded.
        A header that came more than once is passed once, its values separated by spaces.
        """
        ...

    def reread_notice(self, body: bytes) -> GatewayNotice | OtherNotice:
        """Decodes a stored webhook whose signature was verified when it came. Raises ContentUnreadable."""
        ...
