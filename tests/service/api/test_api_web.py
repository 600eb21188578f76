"""What the web itself promises: problem documents, bounds, health, metrics, documentation."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support.http.site import Client, World, running

from refunds.domain import errors
from refunds.domain.eligibility import broken_rules
from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.endpoint import BODY_BYTES_MAX, Answer, Call, Endpoint, Handler
from refunds.services.api.problems import PROBLEMS
from refunds.services.parameter_resolution.problems import PROBLEMS as PARAMETER_PROBLEMS
from refunds.services.reporting_engine.loop import RelayStalled

JSON = {"Content-Type": "application/json"}


class Odd(World):
    """A site with routes that fail in odd ways."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.holds = asyncio.Event()

    def endpoints(self, authorizer: Authorizer) -> list[Endpoint]:
        """One route that has a bug, one that waits, one that meets an unavailable store."""

        async def bug(_call: Call) -> Answer:
            raise KeyError("secret detail")

        async def wait(_call: Call) -> Answer:
            await self.holds.wait()
            return Answer(body=b"{}")

        async def unknown(_call: Call) -> Answer:
            raise errors.OutcomeUnknown(retry_after_s=7)

        handlers = {"/bug": bug, "/wait": wait, "/unknown": unknown}
        return super().endpoints(authorizer) + [
            Endpoint(method="GET", path=path, tag="odd", summary="Odd", handler=handler, action=None)
            for path, handler in handlers.items()
        ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed_json"),
        (b"{", 400, "malformed_json"),
        (b"nope", 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b'{"payment_id":"\xff"}', 400, "malformed_json"),
        (b'{"payment_id":"\\ud800"}', 400, "malformed_json"),
        (b"\xef\xbb\xbf{}", 400, "malformed_json"),
        (b"NaN", 400, "malformed_json"),
        (b"[" * 100_000, 422, "validation_failed"),
        (b'{"metadata":' + b'{"a":' * 50_000, 422, "validation_failed"),
        (b"[]", 422, "validation_failed"),
        (b"null", 422, "validation_failed"),
        (b"{}", 422, "validation_failed"),
        (b" " * (BODY_BYTES_MAX + 1), 413, "body_too_large"),
    ],
)
async def test_body_that_is_none_is_refused(api: Client, body: bytes, status: int, code: str) -> None:
    refused = await api.post("/v1/refunds", data=body, headers=JSON)

    assert (refused.status, refused.code) == (status, code)
    assert refused.headers["content-type"] == "application/problem+json"


async def test_body_in_pieces_is_bounded_as_well(api: Client) -> None:
    async def pieces() -> Any:
        for _ in range(BODY_BYTES_MAX // 1024 + 2):
            yield b" " * 1024

    refused = await api.post("/v1/refunds", data=pieces(), headers=JSON)

    assert (refused.status, refused.code) == (413, "body_too_large")


@pytest.mark.parametrize(
    "headers", [{"Content-Type": "text/plain"}, {"Content-Type": ""}, JSON | {"Content-Encoding": "gzip"}]
)
async def test_other_media_types_and_compression_are_refused(api: Client, headers: dict[str, str]) -> None:
    refused = await api.post("/v1/refunds", data=b"{}", headers=headers)

    assert (refused.status, refused.code) == (415, "media_type_not_supported")


async def test_media_type_with_parameters_is_taken(api: Client) -> None:
    refused = await api.post("/v1/refunds", data=b"{}", headers={"Content-Type": "Application/JSON; charset=utf-8"})

    assert refused.code == "validation_failed"
    assert refused.body["errors"][0] == {
        "pointer": "/payment_id",
        "code": "required",
        "detail": "Is required.",
    }


@pytest.mark.parametrize("path", ["/v1", "/v1/refunds/", "/v1//refunds", "/v1/refunds/a/b/c", "/x" * 500, "/%ff"])
async def test_unknown_route_is_a_problem(api: Client, path: str) -> None:
    refused = await api.get(path)

    assert refused.status == 404
    assert refused.headers["content-type"] == "application/problem+json"


async def test_wrong_method_names_the_right_ones(api: Client) -> None:
    refused = await api.call("DELETE", "/v1/refunds/ref_1")

    assert (refused.status, refused.code, refused.headers["allow"]) == (405, "method_not_allowed", "GET")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/refunds?dry_run=true"),
        ("GET", "/v1/payments/pay_x?foo=1"),
        ("GET", "/v1/refunds?foo=1"),
        ("POST", "/v1/refunds/bulk?dry=true"),
        ("GET", "/health/live?foo=1"),
    ],
)
async def test_unknown_query_parameter_is_refused_before_anything_is_done(api: Client, method: str, path: str) -> None:
    """Who asks for a dry run of a route that has none gets no real refund."""
    kind = {"Content-Type": "application/x-ndjson"} if "bulk" in path else JSON
    refused = await (api.post(path, data=b"{}", headers=kind) if method == "POST" else api.get(path))

    assert (refused.status, refused.code) == (400, "invalid_query")


async def test_head_answers_as_get_without_a_body(api: Client) -> None:
    reply = await api.call("HEAD", "/health/live")

    assert (reply.status, reply.text) == (200, "")


async def test_callers_request_id_is_kept_where_it_is_well_formed(api: Client) -> None:
    kept = await api.get("/health/live", headers={"X-Request-Id": "trace-7.a"})
    replaced = await api.get("/health/live", headers={"X-Request-Id": "a b\x01"[:3]})

    assert kept.headers["x-request-id"] == "trace-7.a"
    assert replaced.headers["x-request-id"].startswith("req_test_")


async def test_bug_answers_a_problem_that_reveals_nothing_of_it() -> None:
    async with running(Odd()) as api:
        reply = await api.get("/bug")

    assert (reply.status, reply.code) == (500, "internal_error")
    assert "secret" not in reply.text
    assert reply.body["request_id"] == reply.headers["x-request-id"]


async def test_unavailable_store_names_when_to_come_again() -> None:
    async with running(Odd()) as api:
        reply = await api.get("/unknown")

    assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "outcome_unknown", "7")


async def test_more_requests_than_may_be_in_flight_are_answered_as_overloaded() -> None:
    world = Odd(in_flight_max=2)
    async with running(world) as api:
        waiting = [asyncio.create_task(api.get("/wait")) for _ in range(2)]
        replies = [await api.get("/v1/refunds")]
        while replies[-1].status != 429:
            replies.append(await api.get("/v1/refunds"))
        health = await api.get("/health/live")
        world.holds.set()
        done = await asyncio.gather(*waiting)
        after = await api.get("/v1/refunds")

    assert (replies[-1].code, replies[-1].headers["retry-after"]) == ("overloaded", "1")
    assert health.status == 200
    assert [reply.status for reply in done] == [200, 200]
    assert after.status == 200


async def test_ready_names_which_thing_is_down() -> None:
    async def up() -> None:
        return None

    async def down() -> None:
        raise ConnectionError

    async with running(World(pings={"mongodb": up, "redis": down})) as api:
        reply = await api.get("/health/ready")
        told_outside = await api.get("/health")
        live = await api.get("/health/live")

    assert (reply.status, reply.body) == (503, {"status": "down", "checks": {"mongodb": "ok", "redis": "down"}})
    assert (told_outside.status, told_outside.body) == (503, {"status": "down"})
    assert live.status == 200


async def test_ready_is_degraded_where_only_work_behind_the_requests_stands_still() -> None:
    async def up() -> None:
        return None

    async def stalled() -> None:
        raise RelayStalled

    async with running(World(pings={"mongodb": up}, lesser_pings={"relay": stalled})) as api:
        reply = await api.get("/health/ready")

    assert (reply.status, reply.body) == (200, {"status": "degraded", "checks": {"mongodb": "ok", "relay": "down"}})


async def test_metrics_count_answers_by_route_and_problems_by_code(api: Client) -> None:
    await api.get("/v1/refunds/ref_x")
    await api.get("/v1/refunds/ref_y")

    text = (await api.get("/metrics")).text

    assert 'refunds_http_request_seconds_count{method="GET",route="/v1/refunds/{refund_id}",status="404"} 2.0' in text
    assert 'refunds_http_problems_total{code="refund_not_found",route="/v1/refunds/{refund_id}"} 2.0' in text


LATE_BYTES_MAX = 1_000


def late_route(handler: Handler) -> Endpoint:
    """A route of machines that reads its body itself, as that of gateways' webhooks."""
    return Endpoint(
        method="POST",
        path="/late/{name}",
        tag="odd",
        summary="Odd",
        handler=handler,
        action=None,
        takes=(),
        is_body_late=True,
        is_query_ignored=True,
        is_documented=False,
        body_bytes_max=LATE_BYTES_MAX,
        body_within_s=0.3,
    )


async def test_route_that_reads_its_body_itself_has_the_same_bounds_and_problems() -> None:
    async def take(call: Call) -> Answer:
        if call.path_values == ("none",):
            raise errors.NotFound(kind="gateway", id="none")
        return Answer(status=204 if await call.read_body() == b"whole" else 500)

    async def slow() -> AsyncIterator[bytes]:
        yield b"wh"
        await asyncio.sleep(2.0)
        yield b"ole"

    async with running(others=[late_route(take)]) as api:
        taken = await api.post("/late/x?any=query", data=b"whole", headers={"content-type": "text/odd"})
        refused = [
            await api.post("/late/none", data=b"whole"),
            await api.post("/late/x", data=b"a" * (LATE_BYTES_MAX + 1)),
            await api.post("/late/x", data=slow()),
            await api.get("/late/x"),
        ]
        documented = (await api.get("/openapi.json")).text

    assert (taken.status, taken.text) == (204, "")
    assert "content-length" not in taken.headers
    assert "content-type" not in taken.headers
    assert [(reply.status, reply.code) for reply in refused] == [
        (404, "not_found"),
        (413, "body_too_large"),
        (408, "body_too_slow"),
        (405, "method_not_allowed"),
    ]
    assert all(reply.body["request_id"] == reply.headers["x-request-id"] for reply in refused)
    assert "/late/" not in documented


def _subclasses(of: type[Exception]) -> set[type[Exception]]:
    return {of}.union(*map(_subclasses, of.__subclasses__())) if of.__subclasses__() else {of}


OF_WEBHOOKS = {errors.NotKnownHere}
"""Errors that only the endpoint of webhooks answers."""


def test_every_error_of_the_domain_is_in_the_table() -> None:
    of_domain = {error for error in _subclasses(errors.RefundsError) if error.__module__ == errors.__name__}
    drawn = of_domain - OF_WEBHOOKS - {errors.RefundsError}

    rules = {kind for kind in PROBLEMS if kind.__module__ == broken_rules.__name__}
    assert drawn | rules == set(PROBLEMS)
    assert all(any(issubclass(rule, kind) for kind in rules) for rule in broken_rules.BROKEN_RULES[1:])
    assert all(PROBLEMS[error] == kind for error, kind in PARAMETER_PROBLEMS.items())


async def test_public_keys_hold_nothing_private(api: Client) -> None:
    (key,) = (await api.get("/.well-known/jwks.json")).body["keys"]

    assert key["kty"] == "OKP"
    assert "d" not in key


async def test_answers_are_kept_by_no_cache_and_sniffed_by_nobody(api: Client) -> None:
    reply = await api.get("/v1/refunds")

    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"
