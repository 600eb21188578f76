"""Lists of refunds over HTTP: pages, filters, and who sees what."""

import pytest
from tests.support.http.site import ORGANIZATION, OTHER_MERCHANT, OTHER_ORGANIZATION, Client


async def test_list_pages_through_all_refunds_newest_first(api: Client) -> None:
    await api.payment()
    made = [(await api.refund(amount=10 + n)).body["id"] for n in range(5)]

    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = (await api.get(f"/v1/refunds?limit=2&cursor={cursor}")).body
        seen += [row["id"] for row in page["data"]]
        cursor = page["next_cursor"] or ""

    assert seen == made[::-1]
    assert cursor == ""


async def test_row_has_less_than_the_single_refund_and_the_same_shapes(api: Client) -> None:
    payment = (await api.payment()).body
    asked = await api.refund(amount=10, body={"reason": {"code": "duplicate", "text": "Paid twice."}, "submit": False})
    canceled = (await api.post(f"/v1/refunds/{asked.body['id']}/cancel", {})).body

    (row,) = (await api.get("/v1/refunds")).body["data"]

    assert row["reason"] == {"code": canceled["reason"]["code"]} == {"code": "duplicate"}
    assert row["status_reason"] == {"code": canceled["status_reason"]["code"]} == {"code": "canceled"}
    assert row["payment_method"] == {"type": payment["payment_method"]["type"]}


async def test_row_of_a_refund_without_a_reason_for_its_status_has_null_there(api: Client) -> None:
    await api.payment()
    await api.refund(amount=10)

    (row,) = (await api.get("/v1/refunds")).body["data"]

    assert row["status_reason"] is None


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ("status=processing", [20, 10]),
        ("status=draft", [30]),
        ("payment_id=pay_02", [20]),
        ("merchant_id=mer_02", []),
        ("currency=EUR&amount_min=20&amount_max=29", [20]),
        ("method=balance", []),
        ("reason=duplicate", [10]),
        ("created_from=2030-01-01T00:00:00Z", []),
        ("created_before=2030-01-01T00:00:00%2B01:00", [30, 20, 10]),
    ],
)
async def test_list_is_filtered(api: Client, query: str, amounts: list[int]) -> None:
    await api.payment()
    await api.payment("pay_02")
    await api.refund(amount=10, body={"reason": {"code": "duplicate"}})
    await api.refund("pay_02", 20)
    await api.refund(amount=30, body={"submit": False})

    page = (await api.get(f"/v1/refunds?{query}")).body

    assert [row["amount"] for row in page["data"]] == amounts


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=1e1",
        "limit=10.0",
        "method=null",
        "created_from=1700000000",
        "status=done",
        "colour=red",
        "limit=1&limit=2",
        "cursor=%00",
        "cursor=x",
        "cursor=djE6eHg6eHg=",
        "created_from=2026-01-01",
        "payment_id=x",
        "amount_min=-1",
        "merchant_id=%ff",
        "created_from=0001-01-01T00:00:00Z",
    ],
)
async def test_query_that_is_not_as_described_is_refused(api: Client, query: str) -> None:
    refused = await api.get(f"/v1/refunds?{query}")

    assert (refused.status, refused.code) == (400, "invalid_query")


async def test_other_organization_sees_only_its_own(api: Client) -> None:
    await api.payment()
    await api.payment("pay_02", merchant_id=OTHER_MERCHANT)
    await api.refund(amount=1)
    await api.refund("pay_02", 2)

    one = await api.get("/v1/refunds", token=api.world.token("organization_admin", ORGANIZATION))
    other = await api.get("/v1/refunds", token=api.world.token("organization_admin", OTHER_ORGANIZATION))
    auditor = await api.get("/v1/refunds", token=api.world.token("auditor", "prg_01"))

    assert [row["amount"] for row in one.body["data"]] == [1]
    assert [row["amount"] for row in other.body["data"]] == [2]
    assert [row["amount"] for row in auditor.body["data"]] == [2, 1]
