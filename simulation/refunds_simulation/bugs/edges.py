"""Planted bugs in how input from outside is treated.

This input includes invalid requests, files of refunds, misleading webhooks and operators' decisions.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from msgspec.structs import replace

from refunds.adapters.mongo.payments.commit_batch import requested_keys
from refunds.adapters.mongo.payments.payment_commits import PaymentCommits
from refunds.domain.attempt import reconciliation, result_recording
from refunds.domain.attempt.duplicate_movements import is_external, owner_of
from refunds.domain.errors import RefundsError
from refunds.domain.refund import lifecycle
from refunds.domain.tenancy import Scope
from refunds.ports.gateway.unread_webhooks import UnreadWebhooksFull
from refunds.services.gateway_integration.unbooked_webhooks import UnbookedWebhooks
from refunds.services.gateway_integration.webhooks import WebhookEndpoint
from refunds.usecases.gateway import submit_to_gateway
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult
from refunds.usecases.refunds import claim_file_key
from refunds_simulation.bugs.patching import Bug, instead


async def _nothing(*_: Any) -> None:
    pass


@contextmanager
def _collision_answered_unread() -> Iterator[None]:
    async def mark(_self: Any, _flight: Any, works: list[Any]) -> bool:
        for work in works:
            work.keys_taken = frozenset(requested_keys(work))
        return True

    with instead(PaymentCommits, "_mark_keys_taken", mark):
        yield


@contextmanager
def _currency_unchecked() -> Iterator[None]:
    right = lifecycle._draft  # noqa: SLF001 - it takes its place

    def draft(payment: Any, command: Any, *of: Any) -> Any:
        return right(payment, replace(command, currency=None), *of)

    with instead(lifecycle, "_draft", draft):
        yield


@contextmanager
def _scope_ignored() -> Iterator[None]:
    with instead(Scope, "covers", lambda *_: True):
        yield


@contextmanager
def _other_file_accepted() -> Iterator[None]:
    with instead(claim_file_key, "difference", lambda *_: None):
        yield


@contextmanager
def _settled_without_doubt() -> Iterator[None]:
    with instead(reconciliation, "is_in_doubt", lambda refund: bool(refund.attempts)):
        yield


@contextmanager
def _amount_unchecked() -> Iterator[None]:
    with (
        instead(result_recording, "is_of", lambda *_: True),
        instead(submit_to_gateway, "is_of", lambda *_: True),
    ):
        yield


@contextmanager
def _id_of_another_refund_taken() -> Iterator[None]:
    def owner(payment: Any, gateway_refund_id: str) -> Any:
        found = owner_of(payment, gateway_refund_id)
        return found if found is not None and is_external(found[0]) else None

    with instead(result_recording, "owner_of", owner):
        yield


@contextmanager
def _id_of_other_payment_taken() -> Iterator[None]:
    async def is_of_other(*_: Any) -> bool:
        return False

    with instead(RecordGatewayResult, "_is_of_other", is_of_other):
        yield


@contextmanager
def _repeat_refused_is_failed() -> Iterator[None]:
    with instead(result_recording, "_may_have_moved", lambda *_: False):
        yield


@contextmanager
def _unreadable_dropped() -> Iterator[None]:
    with instead(WebhookEndpoint, "_keep", _nothing):
        yield


@contextmanager
def _kept_forgotten() -> Iterator[None]:
    with instead(UnbookedWebhooks, "keep", _nothing):
        yield


@contextmanager
def _failed_keeping_unnoticed() -> Iterator[None]:
    right = UnbookedWebhooks.keep

    async def keep(unbooked: Any, *of: Any) -> None:
        with suppress(RefundsError):
            if await unbooked.webhooks.count():
                raise UnreadWebhooksFull
            await right(unbooked, *of)

    with instead(UnbookedWebhooks, "keep", keep):
        yield


BUGS = (
    Bug(
        name="collision_answered_unread",
        breaks="A collision of keys is answered as a used key without a look at who has it.",
        apply=_collision_answered_unread,
        situations=frozenset({"keys_collide"}),
    ),
    Bug(
        name="currency_unchecked",
        breaks="A refund may be requested in another currency than its payment's.",
        apply=_currency_unchecked,
    ),
    Bug(
        name="scope_ignored",
        breaks="A person of another merchant sees and refunds a payment.",
        apply=_scope_ignored,
    ),
    Bug(
        name="other_file_accepted",
        breaks="The key of a file is accepted with other rows.",
        apply=_other_file_accepted,
    ),
    Bug(
        name="settled_without_doubt",
        breaks="A person may settle a refund that is not in doubt.",
        apply=_settled_without_doubt,
    ),
    Bug(
        name="amount_of_result_unchecked",
        breaks="A result with another amount counts for the refund.",
        apply=_amount_unchecked,
    ),
    Bug(
        name="id_of_another_refund_taken",
        breaks="A result under the gateway's id of another refund counts for the refund of its reference.",
        apply=_id_of_another_refund_taken,
    ),
    Bug(
        name="id_of_other_payment_taken",
        breaks="A webhook under the id of another payment's refund is recorded for the payment that it names.",
        apply=_id_of_other_payment_taken,
    ),
    Bug(
        name="repeat_refused_is_failed",
        breaks="A refund fails when a repeated submission is refused, although the first may have moved the money.",
        apply=_repeat_refused_is_failed,
        situations=frozenset({"success_unreported"}),
    ),
    Bug(
        name="unreadable_webhook_dropped",
        breaks="A webhook that cannot be read is accepted and not kept.",
        apply=_unreadable_dropped,
    ),
    Bug(
        name="blocked_webhook_forgotten",
        breaks="The webhook of an external refund that cannot be recorded yet is not kept.",
        apply=_kept_forgotten,
    ),
    Bug(
        name="failed_keeping_unnoticed",
        breaks="A webhook of an external refund is refused as if it were kept although the database did not take it.",
        apply=_failed_keeping_unnoticed,
    ),
)
