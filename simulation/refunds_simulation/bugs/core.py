"""Three planted bugs about versions, leases and unknown outcomes. They are examples of how to write a bug."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from refunds.adapters.memory.payments import payment_parts
from refunds.adapters.memory.payments.payment_parts import MemoryClaims
from refunds.domain.attempt import submission
from refunds.domain.payment import states
from refunds.domain.payment.payment import Decision, with_refund
from refunds.domain.payment.states import Fact, Status
from refunds.services.gateway_integration import loops
from refunds.usecases.gateway import submit_to_gateway
from refunds_simulation.bugs.patching import Bug, entry_instead, instead


@contextmanager
def _version_check_removed() -> Iterator[None]:
    with instead(payment_parts, "_stands_before", lambda *_: True):
        yield


@contextmanager
def _lease_ignored() -> Iterator[None]:
    """Plants the bug that a refund stays due while a worker works on it. Other workers then claim the refund too."""
    right = submission.begin_step

    def begin(payment: Any, refund_id: str, limits: Any, now: datetime, profile: Any = None) -> Decision:
        begun = right(payment, refund_id, limits, now, profile)
        if begun.step is None:
            return begun
        refund = replace(begun.refund, due_at=now)
        return replace(begun, payment=with_refund(begun.payment, begun.refund, refund), refund=refund)

    lease = MemoryClaims._lease  # noqa: SLF001 - it takes its place

    async def leased_until_now(self: Any, chosen: Any, token: str, _until: datetime) -> Any:
        return await lease(self, chosen, token, min(candidate["due_at"] for candidate in chosen))

    async def one(self: Any, item: Any) -> None:
        if isinstance(item, loops.Due):
            await self.submit.due(item.payment, item.refund_id)
        else:
            await self.submit.hinted(item.payment_id, item.refund_id)

    with (
        instead(submit_to_gateway, "begin_step", begin),
        instead(MemoryClaims, "_lease", leased_until_now),
        instead(loops.GatewayLoops, "_one", one),
    ):
        yield


@contextmanager
def _unknown_is_failed() -> Iterator[None]:
    with entry_instead(states.TABLE, (Status.PROCESSING, Fact.OUTCOME_UNKNOWN), Status.FAILED):
        yield


BUGS = (
    Bug(
        name="version_check_removed",
        breaks="A write succeeds whatever version of the payment it was decided on.",
        apply=_version_check_removed,
    ),
    Bug(
        name="lease_ignored",
        breaks="A refund is claimed although another worker works on it.",
        apply=_lease_ignored,
    ),
    Bug(
        name="unknown_treated_as_failed",
        breaks="A submission without an answer counts as refused.",
        apply=_unknown_is_failed,
    ),
)
