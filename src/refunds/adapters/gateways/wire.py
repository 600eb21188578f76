"""The shapes that the generic HTTP gateway reads; fields that it does not know are left alone."""

import msgspec


class RefundAnswer(msgspec.Struct, frozen=True):
    """A refund as the gateway tells it."""

    status: str
    gateway_refund_id: str = ""
    reference: str | None = None
    gateway_payment_id: str = ""
    amount: int | None = None
    currency: str = ""
    arn: str | None = None
    raw_code: str | None = None


class ErrorBody(msgspec.Struct, frozen=True):
    """Inside of an error answer."""

    code: str = ""
    message: str = ""


class ErrorAnswer(msgspec.Struct, frozen=True):
    """An error answer; `gateway_refund_id` where the gateway remembers the refusal."""

    error: ErrorBody = ErrorBody()
    gateway_refund_id: str = ""


class NoticeBody(msgspec.Struct, frozen=True):
    """A webhook."""

    type: str
    id: str
    data: RefundAnswer


read_refund = msgspec.json.Decoder(RefundAnswer).decode
read_error = msgspec.json.Decoder(ErrorAnswer).decode
read_notice = msgspec.json.Decoder(NoticeBody).decode
encode = msgspec.json.Encoder().encode
