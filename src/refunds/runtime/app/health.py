"""Answers whether the process runs and whether it can serve requests.

`/health/live` checks nothing outside the process. So an outage of the database does not restart every process.
`/health/ready` checks each part that a request needs, within a time limit, and names the parts that are down. `/health`
checks the same parts but gives no details. `/metrics` returns the metrics. On AWS, only `/health/live` and `/health`
can be reached from outside.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import structlog
from msgspec import Struct

from refunds.runtime.http.endpoint import Answer, Call, Endpoint, json_answer
from refunds.runtime.http.metrics import CONTENT_TYPE, WebMetrics

PING_TIMEOUT_S = 2.0
OK, DOWN = "ok", "down"

Ping: TypeAlias = Callable[[], Awaitable[object]]
"""Checks one part. Returns if the part answers, and raises an error if it does not."""

log = structlog.stdlib.get_logger()


class Served(Struct, kw_only=True):
    """The answer of `/health`. `status` is `ok` if requests can be answered, else `down`."""

    status: str


class Health(Struct, kw_only=True):
    """The answer of `/health/live` and `/health/ready`.

    `checks` gives `ok` or `down` for each part that was checked.
    """

    status: str
    checks: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRoutes:
    """The handlers of the health and metrics routes. Requests are served even if one of the `lesser_pings` fails."""

    pings: Mapping[str, Ping]
    metrics: WebMetrics
    lesser_pings: Mapping[str, Ping] = field(default_factory=dict)

    async def live(self, _call: Call) -> Answer:
        """Answers GET /health/live."""
        return json_answer(Health(status="ok"))

    async def served(self, _call: Call) -> Answer:
        """Answers GET /health."""
        health = await self._health()
        return json_answer(Served(status=DOWN if health.status == DOWN else OK), _status_of(health))

    async def ready(self, _call: Call) -> Answer:
        """Answers GET /health/ready."""
        health = await self._health()
        return json_answer(health, _status_of(health))

    async def _health(self) -> Health:
        pings = {**self.lesser_pings, **self.pings}
        found = await asyncio.gather(*(_state(name, ping) for name, ping in pings.items()))
        checks = dict(zip(pings, found, strict=True))
        if any(checks[name] != OK for name in self.pings):
            return Health(status=DOWN, checks=checks)
        is_whole = all(state == OK for state in checks.values())
        return Health(status=OK if is_whole else "degraded", checks=checks)

    async def count(self, _call: Call) -> Answer:
        """Answers GET /metrics."""
        return Answer(body=self.metrics.text(), media_type=CONTENT_TYPE)

    def endpoints(self) -> list[Endpoint]:
        """Returns the health and metrics routes.

        The routes are public. They are served even if too many requests are in progress.
        """
        return [
            Endpoint(
                method="GET",
                path="/health/live",
                operation_id="getLiveness",
                tag="operations",
                summary="Check whether the process runs",
                handler=self.live,
                action=None,
                response=Health,
                is_always_served=True,
                response_example=Health(status="ok"),
            ),
            Endpoint(
                method="GET",
                path="/health",
                operation_id="getHealth",
                tag="operations",
                summary="Check whether requests can be answered",
                description="If requests cannot be answered, the status is 503 and the body has the same form.",
                handler=self.served,
                action=None,
                response=Served,
                is_always_served=True,
                response_example=Served(status="ok"),
            ),
            Endpoint(
                method="GET",
                path="/health/ready",
                operation_id="getReadiness",
                tag="operations",
                summary="Check whether requests can be answered, part by part",
                description="If a part that requests need is down, the status is 503 and the body has the same form. "
                "`degraded` means that requests are answered, but lists and reports are not updated.",
                handler=self.ready,
                action=None,
                response=Health,
                is_always_served=True,
                response_example=Health(status="ok", checks={"mongodb": "ok"}),
            ),
            Endpoint(
                method="GET",
                path="/metrics",
                operation_id="getMetrics",
                tag="operations",
                summary="Metrics for Prometheus",
                handler=self.count,
                action=None,
                gives=CONTENT_TYPE,
                is_always_served=True,
                response_example="refunds_http_in_flight 0.0",
            ),
        ]


def _status_of(health: Health) -> int:
    return 503 if health.status == DOWN else 200


async def _state(name: str, ping: Ping) -> str:
    try:
        await asyncio.wait_for(ping(), PING_TIMEOUT_S)
    except Exception as error:  # noqa: BLE001 - any error means that it is down
        log.warning("health.check_failed", check=name, error=type(error).__name__)
        return DOWN
    return OK
