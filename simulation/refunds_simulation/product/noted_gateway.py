"""A process's client of a gateway. It records when each call begins and ends, for the checks of attempts."""

from refunds.adapters.memory.gateway.gateway import MemoryGateway
from refunds.adapters.memory.line import Line
from refunds.domain.attempt.gateway_result import GatewayResult
from refunds.ports.clock import Clock
from refunds.ports.gateway.gateway import Submission
from refunds_simulation.product.gateways import LivingGateway, asked


class NotedGateway(MemoryGateway):
    """See `MemoryGateway`. If the process crashes during a call, the call's end is never recorded."""

    def __init__(self, server: LivingGateway, line: Line, *, clock: Clock) -> None:
        super().__init__(server, line, clock=clock)
        self._living = server

    async def submit(self, submission: Submission) -> GatewayResult:
        """See the port."""
        self._living.begin(submission.attempt_id)
        try:
            return await super().submit(submission)
        finally:
            self._living.end(submission.attempt_id)

    async def query_status(self, attempt_id: str, merchant_id: str, gateway_refund_id: str = "") -> GatewayResult:
        """See the port."""
        question = asked(attempt_id)
        self._living.begin(question)
        try:
            return await super().query_status(attempt_id, merchant_id, gateway_refund_id)
        finally:
            self._living.end(question)
