"""What a webhook of a gateway tells, its signature checked already. Called by the HTTP gateway; does no I/O.

Its kind is looked at first: a webhook that is not of a refund is IGNORED whatever it holds. One of a refund is never
ignored: what cannot be read in it is ContentUnreadable, which is kept for an operator.
"""

import json

from refunds.adapters.gateways import answers, wire
from refunds.adapters.gateways.answers import ResponseProfile
from refunds.domain.errors import ContentUnreadable
from refunds.ports.gateway.gateway import GatewayNotice, OtherNotice

REFUND_KINDS = "refund."
"""Begins the kinds of webhooks that are of refunds, also those that a gateway invents later."""


def read(body: bytes, response_profile: ResponseProfile) -> GatewayNotice | OtherNotice:
    """ContentUnreadable where it makes no sense."""
    notice = _read_leniently(body)
    if not notice.type.startswith(REFUND_KINDS):
        return OtherNotice(kind=notice.type)
    try:
        refund = wire.read_refund(notice.data)
        result = answers.told(refund, response_profile)
    except wire.MALFORMED_RESPONSE:
        raise ContentUnreadable(
            pointer="/data", rule="the webhook tells of no refund in a form that is known"
        ) from None
    return GatewayNotice(
        event_id=notice.id if isinstance(notice.id, str) else "",
        attempt_id=refund.reference or "",
        gateway_payment_id=refund.gateway_payment_id,
        result=result,
    )


def _read_leniently(body: bytes) -> wire.NoticeBody:
    """Also where a text in it is no Unicode, which says nothing against the kind. ContentUnreadable without one."""
    try:
        return wire.read_notice(body)
    except wire.MALFORMED_RESPONSE:
        pass
    try:
        return wire.NoticeBody(type=str(json.loads(body)["type"]), data=wire.NO_DATA)
    except (TypeError, *wire.MALFORMED_RESPONSE):
        raise ContentUnreadable(pointer="", rule="the webhook makes no sense") from None
