"""Records a stored webhook of an external refund as soon as no refund of this service blocks it.

gateway-integration stores a webhook that cannot be recorded yet, and calls this use case repeatedly. The webhook may be
out of date by then, so the gateway is queried before any amount is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from refunds.domain import ids
from refunds.domain.attempt.external_refunds import is_known
from refunds.domain.attempt.gateway_result import ResultKind
from refunds.domain.errors import AmountExceedsRefundable, CurrencyMismatch, PaymentFull, TooManyExternalRefunds
from refunds.domain.invalid_input import ExternalRefundNotSuccessful
from refunds.ports.gateway.gateway import Gateway, GatewayNotice
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult


@dataclass(frozen=True, slots=True, kw_only=True)
class BookKeptNotice:
    """The use case with its dependencies; `gateways` maps names to gateways."""

    gateways: Mapping[str, Gateway]
    record: RecordGatewayResult

    async def __call__(self, notice: GatewayNotice, gateway: str, *, is_overdue: bool = False) -> bool:
        """Tries to record the webhook's result. Returns True if the webhook is no longer needed, else False.

        The webhook is no longer needed once the external refund is recorded or has failed at its gateway. If it moved
        nothing, the webhook is no longer needed once the refund is not of this service, or its failure is recorded
        for the refund of this service. If `is_overdue`, the gateway is also queried about a refund that cannot be
        recorded: it may have failed meanwhile. Errors: those of `RecordGatewayResult.from_notice`.
        """
        try:
            return await self._is_recorded(notice, gateway)
        except ExternalRefundNotSuccessful:
            return True
        except (AmountExceedsRefundable, CurrencyMismatch, PaymentFull, TooManyExternalRefunds):
            if is_overdue and await self._kind_at_gateway(notice, gateway) is ResultKind.FAILED:
                return True
            raise

    async def _is_recorded(self, notice: GatewayNotice, gateway: str) -> bool:
        payment = await self.record.payment_of(notice, gateway)
        name = notice.result.gateway_refund_id
        if any(is_known(refund, name) for refund in payment.refunds):
            if notice.result.kind is ResultKind.FAILED:
                await self.record.from_notice(notice, gateway)
            return True
        booked = self.record.booking(payment, notice, gateway)(payment).refund
        if is_known(booked, name):
            kind = await self._kind_at_gateway(notice, gateway)
            if kind is not ResultKind.SUCCEEDED:
                return kind is ResultKind.FAILED
        await self.record.from_notice(notice, gateway)
        return True

    async def _kind_at_gateway(self, notice: GatewayNotice, gateway: str) -> ResultKind:
        """Queries the external refund's present status; UNKNOWN for a gateway that is not configured."""
        to_query = self.gateways.get(gateway)
        if to_query is None:
            return ResultKind.UNKNOWN
        payment = await self.record.payment_of(notice, gateway)
        refund_id = self.record.ids.refund_id(payment.id, payment.merchant_id)
        answer = await to_query.query_status(
            ids.attempt_id(refund_id, 1), payment.merchant_id, notice.result.gateway_refund_id
        )
        return answer.kind
