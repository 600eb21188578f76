"""Records a stored webhook of an external refund as soon as no refund of this service blocks it.

gateway-integration stores a webhook that cannot be recorded yet, and calls this use case repeatedly. The stored webhook
may be out of date by then. So the use case queries the gateway before it counts any amount.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from refunds.domain import ids
from refunds.domain.attempt.conflicting_results import STATUS_RESULTS
from refunds.domain.attempt.external_refunds import is_known, never_found
from refunds.domain.attempt.gateway_result import ResultKind
from refunds.domain.errors import AmountExceedsRefundable, CurrencyMismatch, PaymentFull, TooManyExternalRefunds
from refunds.domain.invalid_input import ExternalRefundNotSuccessful
from refunds.domain.payment.payment import Payment
from refunds.ports.gateway.gateway import Gateway, GatewayNotice
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult


@dataclass(frozen=True, slots=True, kw_only=True)
class BookKeptNotice:
    """The use case with its dependencies. `gateways` maps names to gateways."""

    gateways: Mapping[str, Gateway]
    record: RecordGatewayResult

    async def __call__(self, notice: GatewayNotice, gateway: str, *, is_overdue: bool = False) -> bool:
        """Tries to record the webhook's result. Returns True if the webhook is no longer needed.

        The webhook is no longer needed if its refund is recorded, or if the gateway reports that the external refund
        failed. A webhook that reports that no money moved is no longer needed in two cases. Either the refund does not
        belong to this service, or the failure of this service's refund is recorded.

        If `is_overdue` is True and the refund cannot be recorded, the gateway is queried, because the refund may have
        failed in the meantime. Raises the errors of `RecordGatewayResult.from_notice`.
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
            if not await self._are_never_found_asked(payment, notice, gateway):
                return False
        await self.record.from_notice(notice, gateway, are_never_found_asked=True)
        return True

    async def _are_never_found_asked(self, payment: Payment, notice: GatewayNotice, gateway: str) -> bool:
        """Queries this service's refunds that may have caused the webhook, and records what the gateway reports.

        Returns True if the gateway still does not find any of these refunds.
        """
        for refund in never_found(payment, notice.result.amount):
            attempt_id = refund.attempts[-1].id
            answer = await self.gateways[gateway].query_status(attempt_id, payment.merchant_id)
            if answer.kind is ResultKind.NOT_FOUND:
                continue
            if answer.kind in STATUS_RESULTS:
                await self.record(payment.id, attempt_id, answer, gateway)
            return False
        return True

    async def _kind_at_gateway(self, notice: GatewayNotice, gateway: str) -> ResultKind:
        """Queries the current status of the external refund. Returns UNKNOWN if the gateway is not configured."""
        to_query = self.gateways.get(gateway)
        if to_query is None:
            return ResultKind.UNKNOWN
        payment = await self.record.payment_of(notice, gateway)
        refund_id = self.record.ids.refund_id(payment.id, payment.merchant_id)
        answer = await to_query.query_status(
            ids.attempt_id(refund_id, 1), payment.merchant_id, notice.result.gateway_refund_id
        )
        return answer.kind
