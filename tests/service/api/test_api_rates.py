"""Limits of requests per tenant, over real HTTP."""

from collections.abc import AsyncIterator

import pytest
from tests.support.http.site import MERCHANT, OTHER_MERCHANT, Client, World, running

from refunds.runtime.http.endpoint import Answer, Call, Endpoint
from refunds.runtime.http.rate_limits import RateSettings

LIMIT = 3


class Limited(World):
    """A site whose rates have a clock of their own."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.now_s = 1_000.0

    def seconds(self) -> float:
        """That clock."""
        return self.now_s

    def pass_s(self, seconds: float) -> None:
        """Lets time pass."""
        self.now_s += seconds


@pytest.fixture
async def limited() -> AsyncIterator[Client]:
    """A site where each tenant may make three requests in 10 s."""

    async def take(_call: Call) -> Answer:
        return Answer(status=204)

    webhooks = Endpoint(
        method="POST", path="/webhooks/{gateway}", tag="odd", summary="Odd", handler=take, action=None, takes=()
    )
    world = Limited()
    world.site = {
        "rates": RateSettings(window_s=10, tenant_max=LIMIT, platform_max=1_000),
        "seconds": world.seconds,
    }
    async with running(world, others=[webhooks]) as client:
        yield client


def token_of(api: Client, scope_id: str = MERCHANT, sub: str = "") -> str:
    return api.world.token("service", scope_id, sub=sub)


def later_by_10_s(api: Client) -> None:
    assert isinstance(api.world, Limited)
    api.world.pass_s(10)


async def test_tenant_over_its_limit_is_429_and_others_are_answered(limited: Client) -> None:
    replies = [await limited.get("/v1/refunds", token=token_of(limited)) for _ in range(LIMIT + 1)]
    other_user = await limited.get("/v1/refunds", token=token_of(limited, sub="another"))
    other = await limited.get("/v1/refunds", token=token_of(limited, OTHER_MERCHANT))
    above = await limited.get("/v1/refunds", token=token_of(limited, "org_01"))
    platform = await limited.get("/v1/refunds", token=token_of(limited, "platform"))
    later_by_10_s(limited)
    later = await limited.get("/v1/refunds", token=token_of(limited))

    assert [reply.status for reply in replies] == [200, 200, 200, 429]
    assert other_user.status == 429
    assert [reply.status for reply in (other, above, platform, later)] == [200] * 4


async def test_limit_and_what_is_left_stand_on_every_answer_with_a_token(limited: Client) -> None:
    good = await limited.get("/v1/refunds", token=token_of(limited))
    missing = await limited.get("/v1/refunds/ref_none", token=token_of(limited))
    invalid = await limited.post("/v1/refunds", {}, token=token_of(limited))
    refused = await limited.post("/v1/refunds", {}, token=token_of(limited))

    replies = [good, missing, invalid, refused]
    assert [reply.status for reply in replies] == [200, 404, 422, 429]
    assert [reply.headers["ratelimit"] for reply in replies] == [
        '"tenant";r=2;t=10',
        '"tenant";r=1;t=10',
        '"tenant";r=0;t=10',
        '"tenant";r=0;t=10',
    ]
    assert {reply.headers["ratelimit-policy"] for reply in replies} == {'"tenant";q=3;w=10'}
    assert (refused.code, refused.headers["retry-after"]) == ("rate_limit_exceeded", "10")
    assert refused.headers["content-type"] == "application/problem+json"
    assert "Try again in 10 s" in refused.body["detail"]


async def test_refused_request_has_done_nothing_and_its_key_can_be_used_later(limited: Client) -> None:
    await limited.payment()
    token, asked = token_of(limited), {"payment_id": "pay_01", "reason": {"code": "duplicate"}, "amount": 5}
    for _ in range(LIMIT):
        await limited.get("/v1/refunds", token=token)

    refused = await limited.post("/v1/refunds", asked, token=token, key="once")
    later_by_10_s(limited)
    made = await limited.post("/v1/refunds", asked, token=token, key="once")

    assert (refused.status, made.status) == (429, 201)
    assert "idempotent-replayed" not in made.headers


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready", "/metrics", "/openapi.json"])
async def test_public_routes_have_no_limit(limited: Client, path: str) -> None:
    replies = [await limited.get(path, token=token_of(limited)) for _ in range(LIMIT + 2)]

    assert {reply.status for reply in replies} == {200}
    assert not any("ratelimit" in reply.headers for reply in replies)


async def test_webhooks_of_gateways_have_no_limit(limited: Client) -> None:
    assert {(await limited.post("/webhooks/sandbox", {})).status for _ in range(LIMIT + 2)} == {204}


async def test_wrong_token_counts_for_nobody(limited: Client) -> None:
    wrong = [await limited.get("/v1/refunds", token="a.b.c") for _ in range(LIMIT + 2)]

    assert {reply.status for reply in wrong} == {401}
    assert not any("ratelimit" in reply.headers for reply in wrong)
    assert (await limited.get("/v1/refunds", token=token_of(limited))).status == 200


async def test_openapi_document_has_the_limit_on_every_route_with_a_token(limited: Client) -> None:
    document = (await limited.get("/openapi.json")).body

    for operation in (of for methods in document["paths"].values() for of in methods.values()):
        refused = operation["responses"].get("429", {"headers": {}, "content": {}})
        answer = next(a for status, a in operation["responses"].items() if status.startswith("2"))
        examples = refused["content"].get("application/problem+json", {"examples": {}})["examples"]
        is_limited = bool(operation["security"])
        assert ("rate_limit_exceeded" in examples) == is_limited
        assert ({"RateLimit", "RateLimit-Policy"} <= set(answer["headers"])) == is_limited
        assert ({"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(refused["headers"])) == is_limited
    assert {"RateLimit", "RateLimitPolicy"} <= set(document["components"]["headers"])
