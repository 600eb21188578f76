"""Reads the body of a gateway's webhook whose signature was checked. Called by the HTTP gateway; does no I/O.

The kind decides: a webhook that does not concern a refund is an OtherNotice whatever it contains. One that concerns a
refund is never ignored: a malformed one is ContentUnreadable, which is kept for an operator.
"""

import json

from refunds.adapters.gateways import answers, wire
from refunds.adapters.gateways.answers import ResponseProfile
from refunds.domain.invalid_input import RefundNotReadable, WebhookMalformed
from refunds.ports.gateway.gateway import GatewayNotice, OtherNotice

REFUND_KINDS = "refund."
"""Prefix of all kinds that concern refunds, including future ones."""


def read(body: bytes, response_profile: ResponseProfile) -> GatewayNotice | OtherNotice:
    """The notice. WebhookMalformed; RefundNotReadable if a refund's webhook is malformed."""
    notice = _read_leniently(body)
    if not notice.type.startswith(REFUND_KINDS):
        return OtherNotice(kind=notice.type)
    try:
        refund = wire.read_refund(notice.data)
        result = answers.from_refund(refund, response_profile)
    except wire.DECODE_ERRORS:
        raise RefundNotReadable from None
    return GatewayNotice(
        event_id=notice.id if isinstance(notice.id, str) else "",
        attempt_id=refund.reference or "",
        gateway_payment_id=refund.gateway_payment_id,
        result=result,
    )


def _read_leniently(body: bytes) -> wire.NoticeBody:
    """The body, even if a text in it is invalid Unicode, since its kind is readable.

    WebhookMalformed without a kind.
    """
    try:
        return wire.read_notice(body)
    except wire.DECODE_ERRORS:
        pass
    try:
        return wire.NoticeBody(type=str(json.loads(body)["type"]), data=wire.NO_DATA)
    except (TypeError, *wire.DECODE_ERRORS):
        raise WebhookMalformed from None
