"""The OpenAPI document and its page: every route with examples that the routes take."""

import asyncio
import html
import json
import os
import re
import sys
from typing import Any

from tests.support.http.site import Client, World, running


async def test_openapi_document_describes_every_route_with_examples_and_problems(api: Client) -> None:
    document = (await api.get("/openapi.json")).body

    assert document["openapi"].startswith("3.1")
    operations = [of for methods in document["paths"].values() for of in methods.values()]
    assert len({of["operationId"] for of in operations}) == len(operations) >= 24
    for of in operations:
        answer = next(a for status, a in of["responses"].items() if status.startswith("2"))
        (media,) = answer["content"].values()
        assert "example" in media, of["operationId"]
        assert {"405", "500"} <= set(of["responses"])
        for content in of.get("requestBody", {}).get("content", {}).values():
            assert content["examples"], of["operationId"]
        if of["security"]:
            assert {"401", "403", "429"} <= set(of["responses"])
        if of["security"] and "requestBody" in of:
            assert {"422", "503"} <= set(of["responses"]), of["operationId"]
    text = json.dumps(document)
    for reference in set(re.findall(r'"#/components/schemas/(\w+)"', text)):
        assert reference in document["components"]["schemas"]


async def test_generated_clients_find_names_groups_servers_and_a_meaning_of_every_parameter(api: Client) -> None:
    document = (await api.get("/openapi.json")).body
    operations = [of for methods in document["paths"].values() for of in methods.values()]

    names = {of["operationId"] for of in operations}
    assert {"createRefund", "getRefund", "listRefunds", "recordPayment", "listEvents"} <= names
    assert [name for name in names if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name)] == []
    assert {tag for of in operations for tag in of["tags"]} == {tag["name"] for tag in document["tags"]}
    assert all(tag["description"] for tag in document["tags"])
    assert document["servers"] == [{"url": "/", "description": "The server that this document came from."}]
    for of in operations:
        silent = [parameter["name"] for parameter in of["parameters"] if not parameter.get("description")]
        assert silent == [], of["operationId"]
        twice = [parameter["name"] for parameter in of["parameters"] if "description" in parameter["schema"]]
        assert twice == [], of["operationId"]


async def test_document_names_the_address_that_the_installation_is_reached_at() -> None:
    world = World(site={"public_url": "https://refunds.example"})

    async with running(world) as client:
        document = (await client.get("/openapi.json")).body

    assert [server["url"] for server in document["servers"]] == ["https://refunds.example"]


async def test_every_name_of_a_field_has_one_shape_wherever_it_stands(api: Client) -> None:
    schemas = (await api.get("/openapi.json")).body["components"]["schemas"]
    del schemas["ProblemDocument"]  # its names are those of RFC 9457

    def shape(schema: dict[str, Any]) -> str:
        if "$ref" in schema:
            return shape(schemas[schema["$ref"].rsplit("/", 1)[1]])
        options = {shape(option) for option in schema.get("anyOf", ())} - {"null"}
        return " or ".join(sorted(options)) or schema.get("type", "string")

    shapes: dict[str, set[str]] = {}
    for schema in schemas.values():
        for name, field in schema.get("properties", {}).items():
            shapes.setdefault(name, set()).add(shape(field))

    assert {name: found for name, found in shapes.items() if len(found) > 1} == {}


async def test_openapi_document_has_both_answers_of_resolve_and_when_a_moment_or_the_store_is_refused(
    api: Client,
) -> None:
    paths = (await api.get("/openapi.json")).body["paths"]
    resolve, refund = paths["/v1/parameters/resolve"]["get"]["responses"], paths["/v1/refunds/{refund_id}"]["get"]

    shapes = resolve["200"]["content"]["application/json"]["schema"]["oneOf"]

    assert [shape["$ref"].rsplit("/", 1)[1] for shape in shapes] == ["ResolvedOut", "ResolvedPageOut"]
    assert "400" in resolve
    assert set(resolve["503"]["content"]["application/problem+json"]["examples"]) == {"settings_unreadable"}
    assert "store_unavailable" in refund["responses"]["503"]["content"]["application/problem+json"]["examples"]


async def test_field_that_nothing_fills_is_announced_as_deprecated(api: Client) -> None:
    schemas = (await api.get("/openapi.json")).body["components"]["schemas"]

    field = schemas["RefundOut"]["properties"]["expected_at"]

    assert (field["deprecated"], field["x-sunset"]) == (True, "2028-01-31")
    assert "expected_at" in schemas["RefundOut"]["required"]


async def test_root_points_to_where_to_go_from_here(api: Client) -> None:
    found = await api.call("GET", "/", token="")

    assert (found.status, found.body["name"]) == (200, "Brik Refunds")
    for path in ("documentation", "openapi", "health"):
        assert (await api.get(found.body["links"][path])).status == 200


async def test_examples_of_the_documentation_are_taken_by_the_routes(api: Client) -> None:
    document = (await api.get("/openapi.json")).body

    def example(path: str) -> Any:
        content = document["paths"][path]["post"]["requestBody"]["content"]
        return content["application/json"]["examples"]["example1"]["value"]

    payment = example("/v1/payments") | {"captured_at": "2026-02-20T10:00:00Z"}
    assert (await api.post("/v1/payments", payment)).status == 201
    assert (await api.post("/v1/refunds", example("/v1/refunds"))).status == 201
    tenant = example("/v1/tenants") | {"id": "mer_77"}
    assert (await api.post("/v1/tenants", tenant)).status == 201
    token = api.world.token(mfa_age_s=0)
    value = example("/v1/parameters/{name}/values")
    assert (await api.post("/v1/parameters/refund_window_days/values", value, token=token)).status == 201
    bulk = document["paths"]["/v1/refunds/bulk"]["post"]["requestBody"]["content"]
    for media_type, content in bulk.items():
        data = content["examples"]["example1"]["value"].encode()
        reply = await api.post("/v1/refunds/bulk", data=data, headers={"Content-Type": media_type})
        assert '"created"' in reply.text


async def test_documentation_page_needs_nothing_from_outside(api: Client) -> None:
    page = await api.get("/docs")

    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "http://" not in page.text
    assert "https://" not in page.text


async def test_guide_explains_what_a_caller_needs_and_has_a_search_field(api: Client) -> None:
    page = (await api.get("/docs")).text

    for part in ("authentication", "lifecycle", "reasons", "idempotency", "errors", "events", "sandbox"):
        assert f'<section id="{part}" data-find>' in page
        assert f'href="#{part}"' in page
    assert '<input id="find" type="search"' in page
    assert "<!--guide-->" not in page


async def test_document_says_of_each_problem_what_led_to_it_and_what_to_do(api: Client) -> None:
    document = (await api.get("/openapi.json")).body

    assert [one["code"] for one in document["x-problems"] if not (one.get("cause") and one.get("remedy"))] == []
    assert {"refund.completed", "payment.captured"} <= {one["type"] for one in document["x-events"]}


async def test_examples_of_the_guide_make_refunds_as_they_stand(api: Client) -> None:
    page = (await api.get("/docs")).text
    await api.payment()
    environ = {**os.environ, "REFUNDS_URL": api.url, "TOKEN": api.world.token()}

    def example(name: str) -> str:
        found = re.search(rf'<pre id="{name}">(.*?)</pre>', page, re.DOTALL)
        assert found
        return html.unescape(found[1])

    async def said(*command: str) -> str:
        process = await asyncio.create_subprocess_exec(*command, env=environ, stdout=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
        assert process.returncode == 0
        return out.decode()

    by_curl = json.loads(await said("bash", "-c", example("curl")))
    by_python = await said(sys.executable, "-c", example("python"))

    assert (by_curl["amount"], by_curl["reason"]["code"]) == (1250, "requested_by_customer")
    assert by_python.startswith("ref_")
    assert (await api.get("/v1/payments/pay_01")).body["reserved_amount"] == 2500
