"""The shapes that the generic HTTP gateway reads; fields that it does not know are left alone."""

from typing import Annotated

import msgspec
from msgspec import Meta

GatewayId = Annotated[str, Meta(max_length=128)]
"""What a gateway names things by. Longer ones are refused: they are stored with the payment."""
GatewayAmount = Annotated[int, Meta(ge=0, le=2**63 - 1)]
CurrencyCode = Annotated[str, Meta(pattern=r"\A([A-Z]{3})?\Z")]


class RefundAnswer(msgspec.Struct, frozen=True):
    """A refund as the gateway tells it."""

    status: str
    gateway_refund_id: GatewayId = ""
    reference: GatewayId | None = None
    gateway_payment_id: GatewayId = ""
    amount: GatewayAmount | None = None
    currency: CurrencyCode = ""
    arn: GatewayId | None = None
    raw_code: str | None = None
    updated_at: str | None = None


class AcceptedAnswer(msgspec.Struct, frozen=True):
    """A refund that the gateway took and answers for later: what it calls it, where it says so already."""

    gateway_refund_id: GatewayId = ""
    reference: GatewayId | None = None
    arn: GatewayId | None = None


class ErrorBody(msgspec.Struct, frozen=True):
    """Inside of an error answer."""

    code: str = ""
    message: str = ""


class ErrorAnswer(msgspec.Struct, frozen=True):
    """An error answer; `gateway_refund_id` where the gateway remembers the refusal."""

    error: ErrorBody = ErrorBody()
    gateway_refund_id: GatewayId = ""


NO_DATA = msgspec.Raw(b"null")


class NoticeBody(msgspec.Struct, frozen=True):
    """A webhook; what its `data` is depends on its type."""

    type: str
    id: object = ""
    data: msgspec.Raw = NO_DATA


MALFORMED_RESPONSE = (msgspec.DecodeError, RecursionError, KeyError, ValueError)
"""What reading a gateway's text may raise: no JSON, another shape, nested without end, words in no table."""

read_refund = msgspec.json.Decoder(RefundAnswer).decode
read_accepted = msgspec.json.Decoder(AcceptedAnswer).decode
read_error = msgspec.json.Decoder(ErrorAnswer).decode
read_notice = msgspec.json.Decoder(NoticeBody).decode
encode = msgspec.json.Encoder().encode
