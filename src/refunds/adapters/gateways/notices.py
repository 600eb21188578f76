"""Reads the body of a gateway's webhook after its signature was checked. Called by the HTTP gateway; does no I/O.

The webhook's kind decides. A webhook that does not concern a refund is an OtherNotice, whatever its content. A webhook
about a refund is never ignored: a malformed one raises ContentUnreadable and is stored for an operator.
"""

import json

from refunds.adapters.gateways import answers, wire
from refunds.adapters.gateways.answers import ResponseProfile
from refunds.domain.invalid_input import RefundNotReadable, WebhookMalformed
from refunds.ports.gateway.gateway import GatewayNotice, OtherNotice

REFUND_KINDS = "refund."
"""Prefix of all kinds of webhooks about refunds, including future ones."""


def read(body: bytes, response_profile: ResponseProfile) -> GatewayNotice | OtherNotice:
    """Returns the notice. Raises WebhookMalformed; RefundNotReadable if a webhook about a refund is malformed."""
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
    """Decodes the body even if a text in it is invalid Unicode, so that its kind can be read.

    Raises WebhookMalformed if there is no kind.
    """
    try:
        return wire.read_notice(body)
    except wire.DECODE_ERRORS:
        pass
    try:
        return wire.NoticeBody(type=str(json.loads(body)["type"]), data=wire.NO_DATA)
    except (TypeError, *wire.DECODE_ERRORS):
        raise WebhookMalformed from None
