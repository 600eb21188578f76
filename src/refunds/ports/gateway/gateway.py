"""A payment gateway, as gateway-integration sees it. One attempt id is its idempotency key for every try.

Implementations never raise for what a gateway or a network does: every outcome is a `GatewayResult`, and whatever is
not known for certain is `LOST`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from refunds.domain.attempt.result_recording import GatewayResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a gateway is asked to pay back. Amounts in minor units by ISO 4217; the adapter rescales where needed.

    `merchant_id` is not told to the gateway: it says whose failures are counted together.
    """

    attempt_id: str
    merchant_id: str
    gateway_payment_id: str
    amount: int
    captured_amount: int
    currency: str
    token: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayNotice:
    """A verified webhook. `attempt_id` is empty for refunds that were not asked for by us."""

    event_id: str
    attempt_id: str
    gateway_payment_id: str
    result: GatewayResult


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherNotice:
    """A verified webhook that is not of a refund; `kind` as the gateway calls it, of any length."""

    kind: str


class Gateway(Protocol):
    """One gateway."""

    @property
    def name(self) -> str:
        """As payments name it, e.g. `sandbox`."""
        ...

    async def submit(self, submission: Submission) -> GatewayResult:
        """Asks for the movement of money, once per attempt id however often it is called."""
        ...

    async def ask(self, attempt_id: str, merchant_id: str, gateway_refund_id: str = "") -> GatewayResult:
        """What became of a merchant's attempt: SUCCEEDED, PENDING, FAILED, NOT_FOUND, or LOST where nobody answers.

        `gateway_refund_id` is given for a refund made at the gateway: it knows no attempt of ours and is asked by this.
        """
        ...

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> GatewayNotice | OtherNotice:
        """A webhook, its signature checked; InvalidInput where it is not the gateway's.

        ContentUnreadable where it is the gateway's and can never be read.

        A header that came more than once is handed in as one, its values separated by spaces.
        """
        ...
