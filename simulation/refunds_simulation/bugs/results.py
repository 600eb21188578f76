"""Planted bugs in how gateways' results are understood and matched with refunds."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from refunds.adapters.gateways import answers, signatures
from refunds.adapters.memory.gateway import gateway as memory_gateway
from refunds.domain import ids
from refunds.domain.attempt import conflicting_results, external_refunds, released_reservations, result_recording
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind
from refunds.domain.errors import InvalidInput
from refunds.domain.payment import states
from refunds.domain.payment.states import Fact, ReservationEffect, Status
from refunds.domain.tenancy import ALL_TENANTS
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult
from refunds_simulation.bugs.patching import Bug, entry_instead, instead, new_entry


@contextmanager
def _external_beside_pending() -> Iterator[None]:
    with (
        instead(external_refunds, "_check_not_ours", lambda *_: None),
        instead(external_refunds, "_unnamed", lambda *_: None),
    ):
        yield


@contextmanager
def _merge_forgotten() -> Iterator[None]:
    def not_merged(case: Any, _twin: Any, result: GatewayResult) -> Any:
        return result_recording._recorded(case, result)  # noqa: SLF001 - what is right but for the merge

    with (
        instead(external_refunds, "_check_not_ours", lambda *_: None),
        instead(external_refunds, "_unnamed", lambda *_: None),
        instead(result_recording, "_merged", not_merged),
    ):
        yield


@contextmanager
def _external_ignored() -> Iterator[None]:
    right = RecordGatewayResult.from_notice

    async def from_notice(self: RecordGatewayResult, notice: Any, gateway: str) -> Any:
        return await right(self, notice, gateway) if notice.attempt_id else None

    with instead(RecordGatewayResult, "from_notice", from_notice):
        yield


@contextmanager
def _sent_refund_gives_way() -> Iterator[None]:
    fact = Fact.REFUNDED_AT_GATEWAY
    with ExitStack() as patches:
        for status in (Status.PROCESSING, Status.GATEWAY_PENDING, Status.GATEWAY_ERROR, Status.UNKNOWN):
            patches.enter_context(new_entry(states.TABLE, (status, fact), Status.CANCELED))
        holds = lambda refund: (refund.status, fact) in states.TABLE  # noqa: E731 - the bug
        patches.enter_context(instead(released_reservations, "is_releasable", holds))
        yield


@contextmanager
def _success_after_failure_dropped() -> Iterator[None]:
    right = result_recording._adds_nothing  # noqa: SLF001 - it takes its place
    failed = ("failed", "refused", "not_found")

    def adds_nothing(attempt: Any, result: GatewayResult) -> bool:
        is_late_success = attempt.outcome in failed and result.kind is ResultKind.SUCCEEDED
        return is_late_success or right(attempt, result)

    with instead(result_recording, "_adds_nothing", adds_nothing):
        yield


@contextmanager
def _older_result_believed() -> Iterator[None]:
    with (
        instead(result_recording, "is_older", lambda *_: False),
        instead(conflicting_results, "is_older", lambda *_: False),
    ):
        yield


@contextmanager
def _contradiction_not_asked() -> Iterator[None]:
    with instead(result_recording, "contradicts", lambda *_: False):
        yield


@contextmanager
def _unmapped_code_refuses() -> Iterator[None]:
    right = answers._refused  # noqa: SLF001 - it takes its place

    def refused(answer: Any, profile: Any) -> GatewayResult:
        found = right(answer, profile)
        is_unmapped = found.kind is ResultKind.UNKNOWN and answer.status < 500
        return (
            GatewayResult(kind=ResultKind.REFUSED, code=found.code, raw_code=found.raw_code) if is_unmapped else found
        )

    with instead(answers, "_refused", refused):
        yield


@contextmanager
def _unsent_is_refused() -> Iterator[None]:
    unsent = GatewayResult(kind=ResultKind.REFUSED, code="currency_not_supported", raw_code="exponent")
    with instead(memory_gateway, "UNREACHABLE", unsent):
        yield


@contextmanager
def _not_found_is_failed() -> Iterator[None]:
    with instead(result_recording, "_fact_of_not_found", lambda _: Fact.GATEWAY_REFUSED):
        yield


@contextmanager
def _pending_is_success() -> Iterator[None]:
    with entry_instead(answers.KINDS, "pending", ResultKind.SUCCEEDED):  # type: ignore[arg-type]
        yield


@contextmanager
def _late_failure_ignored() -> Iterator[None]:
    with ExitStack() as patches:
        patches.enter_context(instead(result_recording, "contradicts", lambda *_: False))
        for fact in (Fact.GATEWAY_FAILED, Fact.CONTRADICTED):
            patches.enter_context(entry_instead(states.TABLE, (Status.COMPLETED, fact), Status.COMPLETED))
        yield


@contextmanager
def _released_before_the_answer() -> Iterator[None]:
    with (
        entry_instead(states.RESERVATION_EFFECTS, Status.UNKNOWN, ReservationEffect.NOTHING),
        entry_instead(states.RESERVATION_EFFECTS, Status.GATEWAY_ERROR, ReservationEffect.NOTHING),
    ):
        yield


@contextmanager
def _reference_of_another_payment() -> Iterator[None]:
    async def from_notice(self: RecordGatewayResult, notice: Any, gateway: str) -> Any:
        if not notice.attempt_id:
            return await right(self, notice, gateway)
        payment = await self.payments.get_by_refund(ALL_TENANTS, ids.refund_of_attempt(notice.attempt_id))
        return await self(payment.id, notice.attempt_id, notice.result, gateway)

    right = RecordGatewayResult.from_notice
    with instead(RecordGatewayResult, "from_notice", from_notice):
        yield


@contextmanager
def _signature_unchecked() -> Iterator[None]:
    with instead(signatures.Signatures, "is_genuine", lambda *_: True):
        yield


@contextmanager
def _webhook_answered_before_it_is_stored() -> Iterator[None]:
    right = RecordGatewayResult.from_notice

    async def from_notice(self: RecordGatewayResult, notice: Any, gateway: str) -> Any:
        try:
            return await right(self, notice, gateway)
        except InvalidInput:
            raise
        except Exception:  # noqa: BLE001 - the bug
            return None

    with instead(RecordGatewayResult, "from_notice", from_notice):
        yield


BUGS = (
    Bug(
        name="external_refund_beside_our_own",
        breaks="A movement that may belong to one of our open refunds is recorded as an external refund.",
        apply=_external_beside_pending,
    ),
    Bug(
        name="merge_forgotten",
        breaks="An external refund stays beside ours after it proved to be the same movement.",
        apply=_merge_forgotten,
    ),
    Bug(
        name="external_refund_ignored",
        breaks="An external refund is not recorded.",
        apply=_external_ignored,
    ),
    Bug(
        name="sent_refund_gives_way",
        breaks="A refund that may have been sent gives its amount up for one that was made at the gateway.",
        apply=_sent_refund_gives_way,
    ),
    Bug(
        name="success_after_failure_dropped",
        breaks="A success after a failure is ignored.",
        apply=_success_after_failure_dropped,
    ),
    Bug(
        name="older_result_believed",
        breaks="Results are ordered by their arrival, not by the gateway's own time.",
        apply=_older_result_believed,
        situations=frozenset({"books_outdated"}),
    ),
    Bug(
        name="contradiction_believed",
        breaks="A result that contradicts the final status is applied without a status query.",
        apply=_contradiction_not_asked,
    ),
    Bug(
        name="unmapped_code_refuses",
        breaks="An unknown code counts as a refusal.",
        apply=_unmapped_code_refuses,
    ),
    Bug(
        name="unsent_is_refused",
        breaks="A submission that was never sent fails its refund as refused for its currency.",
        apply=_unsent_is_refused,
    ),
    Bug(
        name="not_found_is_failed",
        breaks="A refund that a status query does not find fails.",
        apply=_not_found_is_failed,
        situations=frozenset({"success_unreported"}),
    ),
    Bug(
        name="pending_is_success",
        breaks="A pending refund is completed.",
        apply=_pending_is_success,
    ),
    Bug(
        name="late_failure_ignored",
        breaks="A completed refund stays completed whatever later results are.",
        apply=_late_failure_ignored,
    ),
    Bug(
        name="released_before_the_answer",
        breaks="The amount of a refund with an open outcome may be refunded again.",
        apply=_released_before_the_answer,
    ),
    Bug(
        name="webhook_of_another_payment_accepted",
        breaks="A webhook counts for the refund of its reference, even if it names another payment.",
        apply=_reference_of_another_payment,
    ),
    Bug(
        name="signature_unchecked",
        breaks="A webhook is accepted with any signature.",
        apply=_signature_unchecked,
    ),
    Bug(
        name="webhook_answered_unstored",
        breaks="A webhook is answered as accepted although it could not be stored.",
        apply=_webhook_answered_before_it_is_stored,
    ),
)
