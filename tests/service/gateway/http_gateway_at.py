"""The HTTP gateway at an address, for several files of tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.service.gateway.sandbox_process import SECRET

from refunds.adapters.gateways.gateway import HttpGateway, HttpGatewaySettings
from refunds.adapters.local.clock import SystemClock


@asynccontextmanager
async def gateway_at(url: str, *, timeout_s: float = 10.0, **settings: Any) -> AsyncIterator[HttpGateway]:
    """The gateway at this address."""
    own = HttpGatewaySettings(name="sandbox", url=url, webhook_secret=SECRET, timeout_s=timeout_s, **settings)
    gateway = HttpGateway(own, SystemClock())
    try:
        yield gateway
    finally:
        await gateway.close()
