"""Records a kept webhook of an external refund as soon as no refund of ours blocks it any more.

Called by gateway-integration repeatedly while the webhook is kept. Its result may be outdated by then, so the gateway
is queried before anything is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from refunds.domain.attempt.external_refunds import is_known
from refunds.domain.attempt.gateway_result import ResultKind
from refunds.domain.invalid_input import ExternalRefundNotSuccessful
from refunds.ports.gateway.gateway import Gateway, GatewayNotice
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult


@dataclass(frozen=True, slots=True, kw_only=True)
class BookKeptNotice:
    """The use case with its dependencies; `gateways` by name."""

    gateways: Mapping[str, Gateway]
    record: RecordGatewayResult

    async def __call__(self, notice: GatewayNotice, gateway: str) -> bool:
        """True if nothing is left to record; False while the gateway is unreachable.

        Nothing is left once the external refund is recorded or has failed at its gateway. Of one that moved nothing,
        nothing is left once it proves to be none of ours, or its failure is recorded for the refund of ours that it is.
        Errors: those of `RecordGatewayResult.from_notice`.
        """
        try:
            return await self._is_recorded(notice, gateway)
        except ExternalRefundNotSuccessful:
            return True

    async def _is_recorded(self, notice: GatewayNotice, gateway: str) -> bool:
        payment = await self.record.payment_of(notice, gateway)
        name = notice.result.gateway_refund_id
        if any(is_known(refund, name) for refund in payment.refunds):
            if notice.result.kind is ResultKind.FAILED:
                await self.record.from_notice(notice, gateway)
            return True
        booked = self.record.booking(payment, notice, gateway)(payment).refund
        if is_known(booked, name):
            to_ask = self.gateways.get(gateway)
            if to_ask is None:
                return False
            answer = await to_ask.query_status(booked.attempts[-1].id, payment.merchant_id, name)
            if answer.kind is not ResultKind.SUCCEEDED:
                return answer.kind is ResultKind.FAILED
        await self.record.from_notice(notice, gateway)
        return True
