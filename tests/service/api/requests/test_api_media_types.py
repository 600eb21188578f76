"""`Accept`: whoever takes JSON in any way gets it; who takes only what the API does not write gets 406."""

import pytest
from tests.service.api.test_api_headers import raw
from tests.support.http.site import Client


async def listed(api: Client, *accept: str) -> tuple[int, str]:
    """Status and problem code of a list under these lines of Accept."""
    lines = ["Host: a", f"Authorization: Bearer {api.world.token()}", *(f"Accept: {value}" for value in accept)]
    status, body = await raw(api, *lines, path="/v1/refunds")
    return int(status), body.get("code", "")


@pytest.mark.parametrize(
    "accept",
    [
        (),
        ("",),
        ("*/*",),
        ("*",),
        ("application/*",),
        ("application/json",),
        ("Application/JSON; charset=utf-8",),
        ("application/problem+json",),
        ("application/json;q=0.1",),
        ("application/json;q=0, */*;q=0.1",),
        ("application/json, text/plain, */*",),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",),
        ("text/csv;q=1,application/json;q=0.5",),
        ("text/csv", "application/json"),
        ("application/json", "text/csv"),
        (" ,application/json ,",),
    ],
)
async def test_list_is_answered_as_json_to_who_takes_json(api: Client, accept: tuple[str, ...]) -> None:
    assert await listed(api, *accept) == (200, "")


@pytest.mark.parametrize(
    "accept",
    [
        ("text/csv",),
        ("text/*",),
        ("text/html", "text/csv"),
        ("application/xml",),
        ("application/json;q=0",),
        ("*/*; Q=0.000",),
        ("application/x-ndjson",),
        ("json",),
        (",",),
    ],
)
async def test_who_takes_only_other_types_gets_406(api: Client, accept: tuple[str, ...]) -> None:
    assert await listed(api, *accept) == (406, "not_acceptable")


async def test_refusal_is_a_problem_document_that_says_what_to_send(api: Client) -> None:
    refused = await api.get("/v1/refunds", headers={"Accept": "text/csv"})

    assert (refused.status, refused.headers["content-type"]) == (406, "application/problem+json")
    assert "application/json" in refused.body["detail"]


async def test_nothing_is_created_for_who_does_not_take_the_answer(api: Client) -> None:
    await api.payment()

    refused = await api.refund(amount=100, headers={"Accept": "text/csv"})

    assert refused.status == 406
    assert (await api.get("/v1/refunds")).body["data"] == []


@pytest.mark.parametrize("accept", ["application/x-ndjson", "application/json", "*/*"])
async def test_file_of_refunds_is_answered_to_who_takes_lines_or_json(api: Client, accept: str) -> None:
    headers = {"Content-Type": "text/csv", "Accept": accept}

    reply = await api.post("/v1/refunds/bulk", data=b"payment_id,reason_code,amount\npay_x,other,1\n", headers=headers)

    assert reply.status == 200


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs"])
async def test_what_machines_and_browsers_read_is_answered_whatever_they_take(api: Client, path: str) -> None:
    assert (await api.get(path, headers={"Accept": "image/png"})).status == 200
