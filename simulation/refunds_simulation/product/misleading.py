"""Creates webhooks that a gateway never sent, or sent by mistake.

The product must refuse each, store it for an operator, or ignore it. To add a kind, write a function here and add a
line to `KINDS` with the expected reaction.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Any

from refunds.adapters.memory.gateway.gateway_wire import SUCCEEDED, GatewayRefund, GatewayWebhook, encode, webhook
from refunds_simulation.product.gateways import LivingGateway

NUMBERED_FROM = 900
"""Event number of webhooks that no gateway sent. Events of gateways have lower numbers."""

LATEST_MAX = 5
NOBODYS_REFUND = "gr_of_nobody"
OTHER_CURRENCY = "SEK"


class Fate(StrEnum):
    """How the product must react to a webhook. `KEPT` means that the product stores the webhook for an operator."""

    REFUSED = "refused"
    KEPT = "kept"
    IGNORED = "ignored"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Misleading:
    """A misleading webhook and the expected reaction. `subject` names the webhook in the list of events (the story).

    `is_forged` is True if the webhook is not signed with the gateway's key.
    """

    kind: str
    webhook: GatewayWebhook
    subject: str
    fate: Fate
    is_forged: bool = False


Made = Callable[[GatewayRefund, LivingGateway], GatewayWebhook | None]


def _with(refund: GatewayRefund, server: LivingGateway, **changes: Any) -> GatewayWebhook:
    """Returns a webhook that reports the refund's success, with some fields changed."""
    changed = replace(refund, status=SUCCEEDED, changed_at=server.now(), reports_reference=True, events=NUMBERED_FROM)
    return webhook(replace(changed, **changes), SUCCEEDED)


def _of_other_payment(refund: GatewayRefund, server: LivingGateway) -> GatewayWebhook | None:
    other = next((name for name in reversed(server.payments) if name != refund.gateway_payment_id), None)
    return None if other is None else _with(refund, server, gateway_payment_id=other)


def _of_other_amount(refund: GatewayRefund, server: LivingGateway) -> GatewayWebhook:
    return _with(refund, server, amount=refund.amount + 1)


def _of_nobody(refund: GatewayRefund, server: LivingGateway, **changes: Any) -> GatewayWebhook:
    """Returns a webhook about a refund that does not exist, as if a person had made it at the gateway."""
    return _with(refund, server, id=f"{NOBODYS_REFUND}_{refund.id}", reference="", **changes)


def _without(sent: GatewayWebhook, name: str) -> GatewayWebhook:
    body = json.loads(sent.body)
    body["data"].pop(name, None)
    return GatewayWebhook(event_id=sent.event_id, body=encode(body))


def _under_id_of_other_payment(refund: GatewayRefund, server: LivingGateway) -> GatewayWebhook | None:
    """Returns a webhook that has the gateway's id of a known refund, but names another payment."""
    other = next((name for name in reversed(server.payments) if name != refund.gateway_payment_id), None)
    if other is None or not server.may_misreport(refund):
        return None
    return _with(refund, server, reference="", gateway_payment_id=other)


def _with_reference_of_another(refund: GatewayRefund, server: LivingGateway) -> GatewayWebhook | None:
    """Returns a webhook about a known refund, with the reference of another refund of the same payment."""
    others = [
        each
        for each in server.refunds.values()
        if each.gateway_payment_id == refund.gateway_payment_id and each.reference not in ("", refund.reference)
    ]
    if not others or not server.may_misreport(refund):
        return None
    return webhook(
        replace(refund, reference=others[-1].reference, reports_reference=True, events=NUMBERED_FROM), refund.status
    )


def _of_other_kind(refund: GatewayRefund, server: LivingGateway) -> GatewayWebhook:
    body = json.loads(_with(refund, server).body)
    event_id = f"evt_{NOBODYS_REFUND}_{refund.id}"
    return GatewayWebhook(event_id=event_id, body=encode({**body, "id": event_id, "type": "payout.paid"}))


KINDS: Mapping[str, tuple[Made, Fate]] = {
    "forged": (_with, Fate.REFUSED),
    "other payment": (_of_other_payment, Fate.REFUSED),
    "other amount": (_of_other_amount, Fate.REFUSED),
    "other currency": (lambda of, server: _of_nobody(of, server, currency=OTHER_CURRENCY), Fate.REFUSED),
    "no payment": (lambda of, server: _of_nobody(of, server, gateway_payment_id=""), Fate.KEPT),
    "no id": (lambda of, server: _without(_of_nobody(of, server), "gateway_refund_id"), Fate.KEPT),
    "no amount": (lambda of, server: _without(_of_nobody(of, server), "amount"), Fate.KEPT),
    "no status": (lambda of, server: _without(_of_nobody(of, server), "status"), Fate.KEPT),
    "other kind": (_of_other_kind, Fate.IGNORED),
    "id of other payment": (_under_id_of_other_payment, Fate.KEPT),
    "other reference": (_with_reference_of_another, Fate.REPEATED),
}
"""Maps each kind to a function and the expected reaction. The function makes a webhook or returns None."""


def misleading(server: LivingGateway, seeded_random: Random) -> Misleading | None:
    """Returns a misleading webhook of a random kind, or None if no refund is suitable."""
    kind = seeded_random.choice(list(KINDS))
    made, fate = KINDS[kind]
    is_open_needed = kind in ("forged", "other payment")
    found = [
        each for each in server.refunds.values() if each.reference and (each.status != SUCCEEDED or not is_open_needed)
    ]
    if not found:
        return None
    refund = seeded_random.choice(found[-LATEST_MAX:])
    sent = made(refund, server)
    if sent is None:
        return None
    subject = f"{refund.gateway_payment_id} {refund.reference} {kind}"
    return Misleading(kind=kind, webhook=sent, subject=subject, fate=fate, is_forged=kind == "forged")
