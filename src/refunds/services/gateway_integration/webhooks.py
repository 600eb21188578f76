"""The door for gateways' webhooks: `POST /webhooks/{gateway}`. Answers 2xx only when what was told is stored.

A refusal is a problem document: 422 for what is not the gateway's or makes no sense, 404 for a payment that we do not
have, 503 while the store does not answer; gateways deliver those again.
"""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from refunds.domain.errors import NotFound
from refunds.ports.gateway import Gateway
from refunds.usecases.record_gateway_result import RecordGatewayResult

BODY_BYTES_MAX = 64 * 1024


def webhook_route(gateways: Mapping[str, Gateway], record: RecordGatewayResult) -> HTTPRouteHandler:
    """The handler; unknown gateways are 404."""

    @post("/webhooks/{gateway_name:str}", request_max_body_size=BODY_BYTES_MAX, include_in_schema=False)
    async def take_webhook(request: Request[Any, Any, Any], gateway_name: FromPath[str]) -> Response[None]:
        gateway = gateways.get(gateway_name)
        if gateway is None:
            raise NotFound(kind="gateway", id=gateway_name[:40])
        notice = gateway.read_notice(request.headers, await request.body())
        await record.from_notice(notice, gateway_name)
        return Response(None, status_code=204)

    return take_webhook
