"""Refused requests of every kind are logged, at the level that the settings choose, without what callers wrote."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from tests.support.http.site import MERCHANT, Client, World, running

from refunds.runtime.process.logs import set_up_logs

JSON = {"Content-Type": "application/json"}
SAID = "jane.doe@example.com"
"""What a caller wrote where it does not belong."""


@contextmanager
def logs(level: str) -> Iterator[io.StringIO]:
    """What is logged meanwhile by a process with this `REFUNDS_LOG_LEVEL`."""
    written = io.StringIO()
    set_up_logs("api", level, written)
    try:
        yield written
    finally:
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()


def refused(written: io.StringIO) -> list[dict[str, Any]]:
    """The lines of refused requests."""
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    return [line for line in lines if line["event"] == "request.refused"]


def site(refused_log_level: str) -> World:
    """A world whose site logs refused requests at this level."""
    world = World()
    world.site["refused_log_level"] = refused_log_level
    return world


async def all_kinds(api: Client) -> list[int]:
    """Requests that are refused in different ways; their statuses."""
    replies = [
        await api.get(f"/v1/refunds?unknown={SAID}"),
        await api.get("/v1/refunds/ref_nowhere"),
        await api.get(f"/nowhere/{SAID}"),
        await api.post("/v1/refunds", data=b"{", headers=JSON),
        await api.post("/v1/refunds", data=b"{}", headers={"Content-Type": "text/plain"}),
        await api.post("/v1/refunds", {"payment_id": SAID, "amount": "many"}),
        await api.call("DELETE", "/v1/refunds"),
    ]
    return [reply.status for reply in replies]


async def test_every_kind_is_logged_at_the_level_of_the_settings() -> None:
    with logs("info") as written:
        async with running(site("info")) as api:
            statuses = await all_kinds(api)

    lines = refused(written)
    assert statuses == [400, 404, 404, 400, 415, 422, 405]
    assert [line["status"] for line in lines] == statuses
    assert {line["level"] for line in lines} == {"info"}
    assert [(line["method"], line["route"], line["code"]) for line in lines] == [
        ("GET", "/v1/refunds", "invalid_query"),
        ("GET", "/v1/refunds/{refund_id}", "refund_not_found"),
        ("any", "unknown", "route_not_found"),
        ("POST", "/v1/refunds", "malformed_json"),
        ("POST", "/v1/refunds", "media_type_not_supported"),
        ("POST", "/v1/refunds", "validation_failed"),
        ("any", "unknown", "method_not_allowed"),
    ]
    assert all(line["request_id"].startswith("req_") for line in lines)


async def test_nothing_that_a_caller_wrote_is_logged() -> None:
    with logs("debug") as written:
        async with running(site("info")) as api:
            await all_kinds(api)

    assert refused(written)
    assert SAID not in written.getvalue()


async def test_tenant_of_a_refused_request_is_named() -> None:
    with logs("info") as written:
        async with running(site("info")) as api:
            token = api.world.token("merchant_admin", MERCHANT)
            await api.get("/v1/refunds/ref_nowhere", token=token)

    (line,) = refused(written)
    assert line["tenant_id"] == MERCHANT


async def test_without_a_setting_they_are_below_the_level_of_the_log() -> None:
    with logs("info") as written:
        async with running() as api:
            await all_kinds(api)

    assert refused(written) == []


@pytest.mark.parametrize("level", ["debug", "warning"])
async def test_refused_callers_are_a_warning_whatever_the_settings_are(level: str) -> None:
    with logs("warning") as written:
        async with running(site(level)) as api:
            answers = [
                await api.get("/v1/refunds", token="none"),
                await api.get("/v1/audit", token=api.world.token("support_staff", MERCHANT)),
            ]

    assert [reply.status for reply in answers] == [401, 403]
    assert [(line["status"], line["level"]) for line in refused(written)] == [(401, "warning"), (403, "warning")]
