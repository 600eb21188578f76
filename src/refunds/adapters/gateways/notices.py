"""Reads the body of a gateway's webhook after the signature was checked.

The HTTP gateway calls this module, which does no I/O. If the webhook's type is not about refunds, the result is an
OtherNotice, whatever the webhook contains. A webhook about a refund is never ignored. If a webhook about a refund is
malformed, `read` raises a ContentUnreadable, and the webhook is stored for an operator.
"""

import json

from refunds.adapters.gateways import answers, wire
from refunds.adapters.gateways.answers import ResponseProfile
from refunds.domain.invalid_input import RefundNotReadable, WebhookMalformed
from refunds.ports.gateway.gateway import GatewayNotice, OtherNotice

REFUND_KINDS = "refund."
"""The prefix of every webhook type about refunds, including types that gateways may add."""


def read(body: bytes, response_profile: ResponseProfile) -> GatewayNotice | OtherNotice:
    """Returns the notice in a webhook's body.

    Raises WebhookMalformed if the body has no type. Raises RefundNotReadable if a webhook about a refund is malformed.
    """
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
    """Decodes the body, and reads its type even if another text in the body is invalid Unicode.

    Raises WebhookMalformed if the body has no type.
    """
    try:
        return wire.read_notice(body)
    except wire.DECODE_ERRORS:
        pass
    try:
        return wire.NoticeBody(type=str(json.loads(body)["type"]), data=wire.NO_DATA)
    except (TypeError, *wire.DECODE_ERRORS):
        raise WebhookMalformed from None
