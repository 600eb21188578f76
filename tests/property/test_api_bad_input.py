"""Malformed requests of all kinds against the running api: no answer of 500, and nothing stored."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.support.examples import examples
from tests.support.http.site import MERCHANT, Client, World, running
from yarl import URL

EXAMPLES_MAX = 600
KNOWN = "the refund that there is"

Site = tuple[asyncio.Runner, Client, str]

ROUTES = [
    ("POST", "/v1/payments"),
    *[("POST", path) for path in ("/v1/refunds", "/v1/payments", "/v1/tenants", "/v1/refunds/bulk") for _ in range(3)],
    ("POST", "/v1/refunds"),
    ("POST", "/v1/refunds/bulk"),
    ("POST", "/v1/tenants"),
    ("POST", "/v1/parameters/{any}/values"),
    ("PUT", "/v1/parameters/refund_window_days/values"),
    ("POST", "/v1/refunds/{any}/approvals"),
    ("POST", "/v1/refunds/{any}/cancel"),
    ("POST", "/v1/refunds/{any}/submit"),
    ("GET", "/v1/refunds"),
    ("GET", "/v1/refunds/{any}"),
    ("GET", "/v1/refunds/{any}/why"),
    ("GET", "/v1/refunds/{any}/events"),
    ("GET", "/v1/payments/{any}"),
    ("GET", "/v1/tenants/{any}/children"),
    ("GET", "/v1/parameters/resolve"),
    ("GET", "/v1/parameters/{any}/values"),
    ("PATCH", "/v1/refunds"),
    ("GET", "/{any}"),
]

VALID: dict[str, Any] = {
    "payment_id": "pay_none",
    "amount": 100,
    "currency": "EUR",
    "reason": {"code": "duplicate"},
    "merchant_id": MERCHANT,
    "captured_amount": 100,
    "payment_method": {"type": "ach"},
    "gateway": "sandbox",
    "gateway_payment_id": "gw",
    "captured_at": "2026-02-01T00:00:00Z",
    "kind": "merchant",
    "parent_id": "org_none",
    "name": "N",
    "tenant_id": MERCHANT,
    "value": 30,
    "decision": "approve",
    "line_items": [{"id": "a", "amount": 1}],
    "metadata": {"a": "b"},
}

odd_text = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "\x00", "\ud800", "\u202e", "𝔘", "a" * 300, "'; drop", "$where", "a.b", "../..", "%00", "\r\nX: y"]
    ),
)
odd_number = st.one_of(st.integers(), st.floats(), st.sampled_from([0, -1, 2**63, -(2**63) - 1, 10**400, 1e308, 0.1]))
odd_value = st.recursive(
    st.one_of(st.none(), st.booleans(), odd_number, odd_text),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(odd_text, inner, max_size=4)),
    max_leaves=12,
)


def written(value: Any) -> bytes:
    """JSON as others write it: lone surrogates escaped, numbers however large, NaN."""
    return json.dumps(value).encode()


mutated = st.dictionaries(st.sampled_from(sorted(VALID)), odd_value, max_size=6).flatmap(
    lambda changed: st.sets(st.sampled_from(sorted(VALID)), max_size=12).map(
        lambda kept: written({name: VALID[name] for name in kept} | changed | {"no_such_field": 1})
    )
)
cut = st.tuples(mutated, st.integers(0, 400)).map(lambda pair: pair[0][: pair[1]])
table = st.lists(st.lists(odd_text, max_size=6), max_size=5).map(
    lambda rows: ("payment_id;amount;reason_code\n" + "\n".join(";".join(row) for row in rows)).encode(
        "utf-8", "replace"
    )
)
body = st.one_of(mutated, cut, odd_value.map(written), st.binary(max_size=200), table)
some_headers = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": st.sampled_from(
            ["application/json", "text/csv", "application/x-ndjson", "text/plain", "", "a;b;c"]
        ),
        "Idempotency-Key": st.sampled_from(["k", "", "x" * 300, "é", "a b"]),
        "If-Match": st.sampled_from(["*", '"1"', '"x"', "W/1", '"', '""', '"' + "9" * 30 + '"']),
        "X-Request-Id": st.sampled_from(["", "x" * 100, "é", "ok"]),
        "Content-Encoding": st.sampled_from(["gzip", "identity"]),
    },
)
headers = st.one_of(st.just({}), st.just({"Content-Type": "text/csv"}), some_headers)
path_part = st.one_of(st.just(KNOWN), st.just(KNOWN), odd_text)
query = st.one_of(
    st.just(""),
    st.text(max_size=20).map(lambda text: "?" + quote(text.encode("utf-8", "replace"), safe="=&%")),
    st.tuples(
        st.sampled_from(
            ["limit", "cursor", "status", "at", "name", "tenant_id", "amount_min", "created_from", "dry_run"]
        ),
        st.one_of(odd_text, st.integers().map(str)),
    ).map(lambda pair: f"?{pair[0]}={quote(pair[1].encode('utf-8', 'replace'))}"),
)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One site for all examples, in a loop of its own."""
    with asyncio.Runner() as runner:
        context = running(World())
        client = runner.run(context.__aenter__())
        runner.run(client.payment())
        known = runner.run(client.refund(amount=60, key="first")).body["id"]
        yield runner, client, known
        runner.run(context.__aexit__(None, None, None))


async def sent(client: Client, method: str, path: str, data: bytes, more: dict[str, str]) -> tuple[int, str, str]:
    url = f"{client.url}{path}"
    sent_headers = {
        "Authorization": f"Bearer {client.world.token(mfa_age_s=0)}",
        "Idempotency-Key": "key",
        "Content-Type": "application/json",
    } | more
    if method == "GET":
        data = b""
    target = URL(url, encoded=True)
    try:
        async with client.session.request(method, target, data=data, headers=sent_headers) as answer:
            return answer.status, answer.headers.get("content-type", ""), await answer.text(errors="replace")
    except aiohttp.ClientError as error:
        return 0, "", str(error)


async def stored(world: World) -> tuple[Any, ...]:
    return (list(world.payments.all()), await world.tenants.load_all(), await world.parameters.load_all())


@settings(
    max_examples=examples(EXAMPLES_MAX),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(route=st.sampled_from(ROUTES), part=path_part, query=query, body=body, more=headers)
def test_malformed_requests_are_refused_and_store_nothing(
    site: Site,
    route: tuple[str, str],
    part: str,
    query: str,
    body: bytes,
    more: dict[str, str],
) -> None:
    runner, client, known = site
    method, pattern = route
    filling = known if part == KNOWN else part
    path = pattern.replace("{any}", quote(filling.encode("utf-8", "replace"), safe=""))
    before = runner.run(stored(client.world))

    status, content_type, text = runner.run(sent(client, method, path + query, body, more))

    assert status < 500, text
    event(f"status {status}")
    if status >= 400:
        assert content_type == "application/problem+json", (status, path, text)
        assert re.fullmatch(r"[a-z_]+", json.loads(text)["code"])
    assert runner.run(stored(client.world)) == before
