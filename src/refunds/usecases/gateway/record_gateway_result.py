"""Records a gateway's result of an attempt. The result may come from a submission, a status query or a webhook.

Only gateway-integration calls this use case. A repeated result changes nothing. A webhook about a refund that was made
elsewhere is recorded as an external refund. A gateway's id of a refund may belong to one payment only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from refunds.domain import ids
from refunds.domain.attempt.conflicting_results import STATUS_RESULTS, is_left_to_a_person
from refunds.domain.attempt.external_refunds import check_never_found, is_known, record_external_refund
from refunds.domain.attempt.gateway_profiles import PROFILES, Profiles, profile_of
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind
from refunds.domain.attempt.result_recording import UNKNOWN_ERROR, record_gateway_result
from refunds.domain.errors import RefundStillOpen
from refunds.domain.invalid_input import GatewayRefundIdOfOtherPayment, PaymentNotNamed, ReferenceOfOtherPayment
from refunds.domain.payment.payment import Decision, Payment, Refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.clock import Clock
from refunds.ports.gateway.gateway import GatewayNotice
from refunds.ports.ids import IdSource
from refunds.ports.payments.payments import Decide, PaymentStore
from refunds.usecases.settings.config_cache import TenantConfigCache


def notify_nobody(refund: Refund, gateway: str) -> None:
    """Does nothing. This is the default of `notify_operators`."""


def notify_nobody_of_id(payment_id: str, owners: Sequence[str], gateway: str) -> None:
    """Does nothing. This is the default of `notify_of_shared_id`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGatewayResult:
    """The use case with its dependencies. `profiles` maps the names of gateways to their profiles.

    `SubmitToGateway` also reads `profiles`. `notify_operators` is called with the refund and the gateway's name if a
    person has to decide between contradictory results. `notify_of_shared_id` is called if a gateway uses one id for
    refunds of two payments. Its parameters are the id of the result's payment, the ids of the payments that already
    have the gateway's id, and the gateway's name.
    """

    payments: PaymentStore
    config_cache: TenantConfigCache
    clock: Clock
    ids: IdSource
    profiles: Profiles = field(default_factory=lambda: PROFILES)
    notify_operators: Callable[[Refund, str], None] = notify_nobody
    notify_of_shared_id: Callable[[str, Sequence[str], str], None] = notify_nobody_of_id

    async def __call__(self, payment_id: str, attempt_id: str, result: GatewayResult, gateway: str) -> Decision:
        """Records the result and returns the `Decision` with the changed refund.

        A result without this service's reference may have a gateway's refund id that belongs to another payment. Such a
        result counts as UNKNOWN, because it may be the outcome of the other refund. Raises PaymentNotFound,
        AttemptNotOfPayment or ResultOfOtherAmount.
        """
        now = self.clock.now()
        if _may_be_of_other(result) and await self._is_of_other(payment_id, result.gateway_refund_id, gateway):
            result = _without_id(result)
        profile = self.profiles.get(gateway) or profile_of(gateway)

        def decide(present: Payment) -> Decision:
            limits = self.config_cache.limits(present.path, now)
            return record_gateway_result(present, attempt_id, result, limits, now, f"gateway:{gateway}", profile)

        decision = await self.payments.change(ALL_TENANTS, payment_id, decide)
        if not decision.replayed and is_left_to_a_person(decision.refund):
            self.notify_operators(decision.refund, gateway)
        return decision

    async def from_notice(
        self, notice: GatewayNotice, gateway: str, *, are_never_found_asked: bool = False
    ) -> Decision:
        """Records the result of a verified webhook. The refund may be external or made by this service.

        If the webhook has this service's reference, the refund is found even if the webhook names no payment. The
        reason is that the reference contains the refund's id. Raises PaymentNotFound, RefundNotFound,
        ReferenceOfOtherPayment, PaymentNotNamed, GatewayRefundIdOfOtherPayment, or the errors of
        `record_external_refund`.
        """
        if notice.attempt_id:
            payment = await self.payments.get_by_refund(ALL_TENANTS, ids.refund_of_attempt(notice.attempt_id))
            if gateway != payment.gateway or notice.gateway_payment_id not in ("", payment.gateway_payment_id):
                raise ReferenceOfOtherPayment
            result = replace(notice.result, is_under_our_reference=True)
            return await self(payment.id, notice.attempt_id, result, gateway)
        payment = await self.payment_of(notice, gateway)
        name = notice.result.gateway_refund_id
        is_ours = any(is_known(refund, name) for refund in payment.refunds)
        if name and not is_ours and await self._is_of_other(payment.id, name, gateway):
            raise GatewayRefundIdOfOtherPayment
        decide = self.booking(payment, notice, gateway, are_never_found_asked=are_never_found_asked)
        decision = await self.payments.change(ALL_TENANTS, payment.id, decide)
        if not is_known(decision.refund, name):
            raise RefundStillOpen(refund_id=decision.refund.id)
        return decision

    async def _is_of_other(self, payment_id: str, gateway_refund_id: str, gateway: str) -> bool:
        """Returns True and notifies the operators if the gateway's id belongs to a refund of another payment."""
        owners = await self.payments.ids_by_gateway_refund_id(ALL_TENANTS, gateway, gateway_refund_id)
        if not owners or payment_id in owners:
            return False
        self.notify_of_shared_id(payment_id, owners, gateway)
        return True

    async def payment_of(self, notice: GatewayNotice, gateway: str) -> Payment:
        """Returns the payment that is named by a webhook without this service's reference.

        Raises PaymentNotFound or PaymentNotNamed.
        """
        if not notice.gateway_payment_id:
            raise PaymentNotNamed
        return await self.payments.get_by_gateway_id(ALL_TENANTS, gateway, notice.gateway_payment_id)

    def booking(
        self, payment: Payment, notice: GatewayNotice, gateway: str, *, are_never_found_asked: bool = True
    ) -> Decide:
        """Returns the function that records a webhook's external refund on a payment.

        The returned function raises the errors of `record_external_refund`.
        """
        now = self.clock.now()
        refund_id = self.ids.refund_id(payment.id, payment.merchant_id)

        def record_external(present: Payment) -> Decision:
            if not are_never_found_asked:
                check_never_found(present, notice.result)
            limits = self.config_cache.limits(present.path, now)
            return record_external_refund(
                present, refund_id, notice.result, notice.result.currency, limits, now, f"gateway:{gateway}"
            )

        return record_external


def _may_be_of_other(result: GatewayResult) -> bool:
    """Returns True if the result has the gateway's own id of the refund but not this service's reference."""
    return result.kind in STATUS_RESULTS and result.gateway_refund_id != "" and not result.is_under_our_reference


def _without_id(result: GatewayResult) -> GatewayResult:
    """Returns the result without the gateway's id of the refund.

    A success or failure becomes UNKNOWN, so that the gateway is queried.
    """
    if result.kind is ResultKind.PENDING:
        return replace(result, gateway_refund_id="")
    return replace(
        result,
        kind=ResultKind.UNKNOWN,
        gateway_refund_id="",
        arn="",
        code=UNKNOWN_ERROR,
        raw_code="id_of_other_payment",
        occurred_at=None,
    )
