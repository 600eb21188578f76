"""Defines the formats of messages that the HTTP gateway reads. Unknown fields are ignored."""

from typing import Annotated

import msgspec
from msgspec import Meta

GatewayId = Annotated[str, Meta(max_length=128)]
"""An id that a gateway assigns. Longer ids are refused, because ids are stored with the payment."""
GatewayAmount = Annotated[int, Meta(ge=0, le=2**63 - 1)]
CurrencyCode = Annotated[str, Meta(pattern=r"\A([A-Z]{3})?\Z")]


class RefundAnswer(msgspec.Struct, frozen=True):
    """A refund as the gateway's response describes it."""

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
    """The answer to a refund that the gateway accepted and will complete later.

    Contains the ids that the gateway has already given.
    """

    gateway_refund_id: GatewayId = ""
    reference: GatewayId | None = None
    arn: GatewayId | None = None


class ErrorBody(msgspec.Struct, frozen=True):
    """The `error` object in an error response."""

    code: str = ""
    message: str = ""


class ErrorAnswer(msgspec.Struct, frozen=True):
    """An error response. `gateway_refund_id` is set if the gateway stores refunds that it refuses."""

    error: ErrorBody = ErrorBody()
    gateway_refund_id: GatewayId = ""


NO_DATA = msgspec.Raw(b"null")


class NoticeBody(msgspec.Struct, frozen=True):
    """The body of a webhook. `type` determines the format of `data`."""

    type: str
    id: object = ""
    data: msgspec.Raw = NO_DATA


DECODE_ERRORS = (msgspec.DecodeError, RecursionError, KeyError, ValueError)
"""Errors raised if a gateway's text is not JSON, is malformed, is nested too deeply, or has unknown codes."""

read_refund = msgspec.json.Decoder(RefundAnswer).decode
read_accepted = msgspec.json.Decoder(AcceptedAnswer).decode
read_error = msgspec.json.Decoder(ErrorAnswer).decode
read_notice = msgspec.json.Decoder(NoticeBody).decode
encode = msgspec.json.Encoder().encode
