"""The message formats that the HTTP gateway reads; unknown fields are ignored."""

from typing import Annotated

import msgspec
from msgspec import Meta

GatewayId = Annotated[str, Meta(max_length=128)]
"""An id that a gateway assigns. Longer ids are refused, since they are stored with the payment."""
GatewayAmount = Annotated[int, Meta(ge=0, le=2**63 - 1)]
CurrencyCode = Annotated[str, Meta(pattern=r"\A([A-Z]{3})?\Z")]


class RefundAnswer(msgspec.Struct, frozen=True):
    """A refund in the gateway's response."""

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
    """A refund that the gateway accepted and will complete later, with the ids that it already has."""

    gateway_refund_id: GatewayId = ""
    reference: GatewayId | None = None
    arn: GatewayId | None = None


class ErrorBody(msgspec.Struct, frozen=True):
    """The inner part of an error response."""

    code: str = ""
    message: str = ""


class ErrorAnswer(msgspec.Struct, frozen=True):
    """An error response; `gateway_refund_id` is set if the gateway stores refused refunds."""

    error: ErrorBody = ErrorBody()
    gateway_refund_id: GatewayId = ""


NO_DATA = msgspec.Raw(b"null")


class NoticeBody(msgspec.Struct, frozen=True):
    """A webhook; its type determines the format of `data`."""

    type: str
    id: object = ""
    data: msgspec.Raw = NO_DATA


DECODE_ERRORS = (msgspec.DecodeError, RecursionError, KeyError, ValueError)
"""Exceptions of decoding a gateway's text: no JSON, another format, endless nesting, unknown codes."""

read_refund = msgspec.json.Decoder(RefundAnswer).decode
read_accepted = msgspec.json.Decoder(AcceptedAnswer).decode
read_error = msgspec.json.Decoder(ErrorAnswer).decode
read_notice = msgspec.json.Decoder(NoticeBody).decode
encode = msgspec.json.Encoder().encode
