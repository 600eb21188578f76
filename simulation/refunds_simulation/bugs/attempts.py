"""Planted bugs in how attempts are submitted, counted and given keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from refunds.adapters.mongo.payments import claims
from refunds.domain import ids
from refunds.domain.attempt import result_context, retry_plan, retry_policy, submission
from refunds.domain.payment import attempt
from refunds.domain.payment.attempt import GatewayStep
from refunds.domain.payment.payment import Decision, Payment, with_refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds.services.gateway_integration import loops
from refunds.usecases.gateway import submit_to_gateway
from refunds.usecases.gateway.submit_to_gateway import SubmitToGateway
from refunds_simulation.bugs.patching import Bug, instead


@contextmanager
def _attempt_id_renewed() -> Iterator[None]:
    right = submission.begin_step

    def begin(payment: Any, refund_id: str, limits: Any, now: datetime, profile: Any = None) -> Decision:
        begun = right(payment, refund_id, limits, now, profile)
        if begun.step is not GatewayStep.SUBMIT:
            return begun
        begun_attempt = begun.refund.attempts[-1]
        renewed = replace(begun_attempt, id=ids.attempt_id(refund_id, begun_attempt.tries))
        refund = replace(begun.refund, attempts=(*begun.refund.attempts[:-1], renewed))
        return replace(begun, payment=with_refund(begun.payment, begun.refund, refund), refund=refund)

    with instead(submit_to_gateway, "begin_step", begin):
        yield


@contextmanager
def _acknowledged_sent_again() -> Iterator[None]:
    with instead(attempt.Attempt, "was_acknowledged", property(lambda _: False)):
        yield


@contextmanager
def _key_used_too_long() -> Iterator[None]:
    with (
        instead(retry_policy, "is_key_too_old", lambda *_: False),
        instead(result_context, "is_key_too_old", lambda *_: False),
    ):
        yield


@contextmanager
def _step_from_old_copy() -> Iterator[None]:
    """Plants the bug that a process always repeats the first step that a refund needed.

    Submissions and queries are still counted correctly.
    """
    remembered: dict[tuple[int, str], GatewayStep] = {}

    async def due(self: SubmitToGateway, payment: Payment, refund_id: str) -> None:
        now = self.clock.now()
        limits, profile = self.config_cache.limits(payment.path, now), self.record.profiles[payment.gateway]
        present = retry_policy.next_step(payment.refund(refund_id), limits, profile, now)
        step = remembered.setdefault((id(self), refund_id), present)
        begun = await self.payments.change(
            ALL_TENANTS, payment.id, lambda present: submission.begin_step(present, refund_id, limits, now, profile)
        )
        if not begun.replayed:
            go_on = self._submit if step is GatewayStep.SUBMIT else self._query
            await go_on(begun.payment, begun.refund)

    with instead(SubmitToGateway, "due", due):
        yield


@contextmanager
def _sweep_off() -> Iterator[None]:
    async def nothing(*_: Any) -> bool:
        return False

    with instead(loops.GatewayLoops, "_sweep", nothing):
        yield


@contextmanager
def _claims_starve() -> Iterator[None]:
    """Plants the bug that a claim takes payments of only one merchant, and never those of the last merchant."""
    right = claims.Claims._candidates  # noqa: SLF001 - it takes its place

    async def candidates(self: Any, *of: Any) -> Any:
        found = await right(self, *of)
        first = found[0]["merchant_id"] if found else ""
        return [each for each in found if each["merchant_id"] == first and not first.endswith("_4")]

    with instead(claims.Claims, "_candidates", candidates):
        yield


@contextmanager
def _retry_after_without_bound() -> Iterator[None]:
    with instead(retry_plan, "RETRY_AFTER_MAX_S", 10**9):
        yield


BUGS = (
    Bug(
        name="attempt_id_renewed",
        breaks="Each submission has an idempotency key of its own.",
        apply=_attempt_id_renewed,
    ),
    Bug(
        name="acknowledged_sent_again",
        breaks="A refund that its gateway has acknowledged is submitted again if a status query does not find it.",
        apply=_acknowledged_sent_again,
    ),
    Bug(
        name="key_used_after_its_lifetime",
        breaks="A refund is submitted again under a key that its gateway may have forgotten.",
        apply=_key_used_too_long,
    ),
    Bug(
        name="step_from_an_old_copy",
        breaks="The step at the gateway follows from an old copy, the counts from the present one.",
        apply=_step_from_old_copy,
    ),
    Bug(
        name="sweep_off",
        breaks="Only hints are processed: no sweep looks for refunds that are due at a gateway.",
        apply=_sweep_off,
    ),
    Bug(
        name="claims_starve",
        breaks="The due work of one merchant is never claimed.",
        apply=_claims_starve,
    ),
    Bug(
        name="retry_after_without_bound",
        breaks="A pause of months that a gateway asks for is kept.",
        apply=_retry_after_without_bound,
    ),
)
