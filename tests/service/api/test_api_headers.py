"""Headers as HTTP means them: Host, lists and several lines of `If-Match`, headers that may stand once only."""

import asyncio
import json
from typing import Any

import pytest
from tests.support.http.site import Client, running

from refunds.runtime.http.endpoint import Answer, Call, Endpoint

PATIENT_S = 10.0


async def raw(api: Client, *lines: str, method: str = "GET", path: str = "/health/live", version: str = "1.1") -> Any:
    """Status and body of a request with exactly these header lines."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(api.url.rsplit(":", 1)[1]))
    said = "".join(f"{line}\r\n" for line in (f"{method} {path} HTTP/{version}", *lines, "Connection: close"))
    writer.write(said.encode("latin-1") + b"\r\n")
    async with asyncio.timeout(PATIENT_S):
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split(b" ", 2)[1]), json.loads(body) if body.startswith(b"{") else None


@pytest.mark.parametrize("path", ["/health/live", "/v1/refunds", "/nowhere", "/metrics"])
async def test_http_1_1_without_host_is_400(api: Client, path: str) -> None:
    status, body = await raw(api, path=path)

    assert (status, body["code"]) == (400, "invalid_header")
    assert body["detail"].startswith("The header Host is missing")


async def test_webhook_without_host_is_400() -> None:
    async def take(_call: Call) -> Answer:
        return Answer(body=b"{}")

    webhooks = Endpoint(method="GET", path="/webhooks/{name}", tag="odd", summary="Odd", handler=take, action=None)
    async with running(others=[webhooks]) as api:
        assert (await raw(api, path="/webhooks/x"))[0] == 400
        assert (await raw(api, "Host: a", path="/webhooks/x"))[0] == 200


async def test_host_twice_is_400_also_where_both_are_the_same(api: Client) -> None:
    assert (await raw(api, "Host: a", "Host: b"))[0] == 400
    assert (await raw(api, "Host: a", "Host: a"))[0] == 400


async def test_empty_host_is_400_as_no_http_uri_has_one(api: Client) -> None:
    assert (await raw(api, "Host:"))[0] == 400


async def test_http_1_0_and_a_whole_uri_need_no_host(api: Client) -> None:
    assert (await raw(api, version="1.0"))[0] == 200
    assert (await raw(api, path=f"{api.url}/health/live"))[0] == 200


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Idempotency-Key", ("a", "b")),
        ("Authorization", ("Bearer a", "Bearer b")),
        ("Content-Type", ("application/json", "text/csv")),
    ],
)
async def test_header_that_is_given_as_two_things_is_400(api: Client, name: str, values: tuple[str, str]) -> None:
    lines = [f"{name}: {value}" for value in values]

    status, body = await raw(api, "Host: a", "Content-Length: 0", *lines, method="POST", path="/v1/refunds")

    assert status == 400
    assert body["detail"].endswith(f"Send one value for {name}.")


async def test_second_line_of_content_encoding_hides_the_first_from_nobody(api: Client) -> None:
    lines = [f"Authorization: Bearer {api.world.token()}", "Content-Type: application/json", "Content-Length: 0"]
    coded = ["Content-Encoding: gzip", "Content-Encoding: identity"]

    status, body = await raw(api, "Host: a", *lines, *coded, method="POST", path="/v1/refunds")

    assert (status, body["code"]) == (415, "media_type_not_supported")


async def changed(api: Client, *if_match: str) -> int:
    """The status of canceling a draft of a payment that is at version 2, under these lines of If-Match."""
    await api.payment()
    refund = await api.refund(amount=100, body={"submit": False})
    assert refund.headers["etag"] == PRESENT
    lines = [f"Authorization: Bearer {api.world.token()}", "Host: a", "Content-Length: 0"]
    lines += [f"If-Match: {value}" for value in if_match]
    status, _ = await raw(api, *lines, method="POST", path=f"/v1/refunds/{refund.body['id']}/cancel")
    return int(status)


PRESENT = '"2"'


@pytest.mark.parametrize(
    "if_match",
    [
        (PRESENT,),
        ("*",),
        (f'{PRESENT}, "77"',),
        (f'"77",{PRESENT}',),
        (f'"77" ,\t{PRESENT}',),
        ('"77"', PRESENT),
        (PRESENT, '"77"'),
        (f'W/"2", {PRESENT}',),
        (f'"a,b", {PRESENT}',),
        (f", ,{PRESENT},",),
    ],
)
async def test_change_is_made_where_one_tag_is_the_present_one(api: Client, if_match: tuple[str, ...]) -> None:
    assert await changed(api, *if_match) == 200


@pytest.mark.parametrize(
    "if_match",
    [
        ('"1"',),
        ('W/"2"',),
        ('"1", "77"',),
        ('"1"', '"77"'),
        ('"abc"',),
        ('"02"',),
        ('""',),
        ('"' + "9" * 30 + '"',),
        ('"\xb2"',),
    ],
)
async def test_change_is_412_where_no_tag_is_the_present_one(api: Client, if_match: tuple[str, ...]) -> None:
    """RFC 9110, 13.1.1: the comparison is strong, so that a weak tag never matches."""
    assert await changed(api, *if_match) == 412


@pytest.mark.parametrize(
    "if_match",
    [
        ("2",),
        ("",),
        (",",),
        ('"2',),
        ('w/"2"',),
        ("W/2",),
        ('"2" "3"',),
        (f"*, {PRESENT}",),
        ("*", "*"),
        (", ".join(['"1"'] * 101),),
    ],
)
async def test_if_match_that_is_no_list_of_tags_is_400(api: Client, if_match: tuple[str, ...]) -> None:
    assert await changed(api, *if_match) == 400
