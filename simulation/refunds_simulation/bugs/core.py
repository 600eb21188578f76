"""Three planted bugs of the way of a refund, and examples of how one is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from refunds.adapters.memory import payment_parts
from refunds.domain.attempt import submission
from refunds.domain.payment.payment import Refund, Work
from refunds.domain.refund import states
from refunds.domain.refund.states import Fact, Status
from refunds.usecases.gateway import submit_to_gateway
from refunds_simulation.bugs.patching import Bug, entry_instead, instead


@contextmanager
def _version_check_removed() -> Iterator[None]:
    with instead(payment_parts, "_stands_before", lambda *_: True):
        yield


@contextmanager
def _lease_ignored() -> Iterator[None]:
    """A due refund is taken by whoever comes, also while another is at it; every time as if it were the first."""
    right = submission.begin_try

    def begin(payment: Any, refund_id: str, limits: Any, now: datetime, profile: Any = None) -> Any:
        refund: Refund = payment.refund(refund_id)
        if refund.due_for is Work.GATEWAY and refund.due_at is not None:
            now = max(now, refund.due_at)
        return right(payment, refund_id, limits, now, profile)

    with instead(submit_to_gateway, "begin_try", begin):
        yield


@contextmanager
def _unknown_is_failed() -> Iterator[None]:
    with entry_instead(states.TABLE, (Status.PROCESSING, Fact.OUTCOME_LOST), Status.FAILED):
        yield


BUGS = (
    Bug(
        name="version_check_removed",
        breaks="A write holds whatever version of the payment it was decided on.",
        apply=_version_check_removed,
    ),
    Bug(
        name="lease_ignored",
        breaks="A refund is taken up although another worker is at it.",
        apply=_lease_ignored,
    ),
    Bug(
        name="unknown_treated_as_failed",
        breaks="A gateway that does not answer is taken to have refused.",
        apply=_unknown_is_failed,
    ),
)
