"""A gateway that reports the results of a script, keeps what it was asked, and moves money once per attempt."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from refunds.adapters.gateways import notices
from refunds.adapters.gateways.answers import SANDBOX
from refunds.domain.attempt.result_recording import GatewayResult, ResultKind
from refunds.ports.gateway.gateway import GatewayNotice, OtherNotice, Submission

SUCCEEDED = GatewayResult(kind=ResultKind.SUCCEEDED)
LOST = GatewayResult(kind=ResultKind.UNKNOWN)
UNAVAILABLE = GatewayResult(kind=ResultKind.UNAVAILABLE)


async def nothing(_: Submission) -> None:
    """Happens while a submission is under way, unless a test says otherwise."""


@dataclass
class ScriptedGateway:
    """Answers `submits` and `asks` one after another, then the last one for ever. `held` holds answers back."""

    name: str = "sandbox"
    submits: list[GatewayResult | Exception] = field(default_factory=lambda: [SUCCEEDED])
    asks: list[GatewayResult | Exception] = field(default_factory=lambda: [SUCCEEDED])
    meanwhile: Callable[[Submission], Awaitable[None]] = nothing
    held: asyncio.Event | None = None
    submitted: list[Submission] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    asked_names: list[str] = field(default_factory=list)
    at_once: int = 0
    at_once_most: int = 0

    @property
    def attempts(self) -> list[str]:
        """The attempt ids of all submissions."""
        return [submission.attempt_id for submission in self.submitted]

    async def submit(self, submission: Submission) -> GatewayResult:
        """Notes the submission, waits while held, and reports the next result."""
        self.submitted.append(submission)
        self.at_once += 1
        self.at_once_most = max(self.at_once, self.at_once_most)
        try:
            await self.meanwhile(submission)
            if self.held is not None:
                await self.held.wait()
            return _next(self.submits)
        finally:
            self.at_once -= 1

    async def query_status(self, attempt_id: str, merchant_id: str, gateway_refund_id: str = "") -> GatewayResult:
        """Notes the status query and reports the next result."""
        self.asked.append(attempt_id)
        self.asked_names.append(gateway_refund_id)
        return _next(self.asks)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> GatewayNotice:
        """It sends none."""
        raise AssertionError("no webhooks")

    def reread_notice(self, body: bytes) -> GatewayNotice | OtherNotice:
        """As the sandbox's adapter reads it."""
        return notices.read(body, SANDBOX)


def _next(results: list[GatewayResult | Exception]) -> GatewayResult:
    result = results.pop(0) if len(results) > 1 else results[0]
    if isinstance(result, Exception):
        raise result
    return result
