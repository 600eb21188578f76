"""Refunds by file: what spreadsheets really send, and what must happen to it."""

import json

import pytest
from tests.service.api.refunds.bulk_steps import CSV, results, send
from tests.support.http.site import Client

from refunds.services.api.files.bulk import WINDOW_ROWS
from refunds.services.api.files.bulk_rows import ROWS_MAX

NDJSON = {"Content-Type": "application/x-ndjson"}


async def test_each_row_has_a_result_and_a_bad_one_does_not_stop_the_others(api: Client) -> None:
    await api.payment()
    text = (
        "payment_id,amount,reason_code\n"
        "pay_01,100,duplicate\n"
        "pay_none,100,duplicate\n"
        "pay_01,abc,duplicate\n"
        "pay_01,999999,duplicate\n"
        "pay_01,all,Not A Code\n"
        "pay_01,200,duplicate,surplus\n"
        "pay_01,300,duplicate\n"
    )

    found = results(await send(api, text))

    assert [row["row"] for row in found] == [1, 2, 3, 4, 5, 6, 7]
    assert [row["outcome"] for row in found] == ["created", *["refused"] * 5, "created"]
    assert [row["error"]["code"] for row in found if row["error"]] == [
        "payment_not_found",
        "validation_failed",
        "amount_exceeds_refundable",
        "validation_failed",
        "validation_failed",
    ]
    assert found[2]["error"]["pointer"] == "/amount"
    assert (await api.get("/v1/payments/pay_01")).body["reserved_amount"] == 400


async def test_row_keeps_its_own_key_wherever_it_stands(api: Client) -> None:
    await api.payment()
    line = '{"payment_id":"pay_01","amount":100,"reason":{"code":"duplicate"},"idempotency_key":"order-1"}'
    single = await api.refund(amount=100, body={"reason": {"code": "duplicate"}}, key="order-1")

    (found,) = results(await send(api, f"\n{line}\n", **NDJSON))

    assert (found["outcome"], found["refund_id"]) == ("replayed", single.body["id"])


@pytest.mark.parametrize("query", ["", "?dry_run=true"])
async def test_row_that_stands_twice_under_one_own_key_is_named_and_made_once(api: Client, query: str) -> None:
    await api.payment()
    line = '{"payment_id":"pay_01","amount":100,"reason":{"code":"duplicate"},"idempotency_key":"order-1"}'

    found = results(await send(api, f"{line}\n{line}\n", query=query, **NDJSON))

    assert [row["outcome"] for row in found] == ["valid" if query else "created", "refused"]
    assert found[1]["error"]["code"] == "duplicate_row"
    assert "its idempotency_key are the same as in row 1" in found[1]["error"]["detail"]


async def test_own_key_that_a_spreadsheet_shortened_is_refused(api: Client) -> None:
    await api.payment()
    head = "payment_id;amount;reason_code;idempotency_key"
    keys = {100: "1.23457E+15", 200: "1,2E+15", 300: "1E5-7"}
    rows = "".join(f"pay_01;{amount};duplicate;{key}\n" for amount, key in keys.items())

    found = results(await send(api, f"{head}\n{rows}"))

    assert [row["outcome"] for row in found] == ["refused", "refused", "created"]
    assert {row["error"]["pointer"] for row in found[:2]} == {"/idempotency_key"}


@pytest.mark.parametrize(
    ("currency", "text", "told"),
    [
        ("JPY", "1000000000000001", "1 to 1000000000000000 JPY"),
        ("JPY", "1.2.3", "digits only"),
        ("EUR", "999999999999999", "0.01 to 10000000000000.00 EUR"),
        ("EUR", "0.00", "0.01 to 10000000000000.00 EUR"),
    ],
)
async def test_amount_outside_the_bounds_names_them_in_the_form_of_the_currency(
    api: Client, currency: str, text: str, told: str
) -> None:
    await api.payment(currency=currency)

    (found,) = results(
        await send(api, f"payment_id;amount_major;currency;reason_code\npay_01;{text};{currency};duplicate\n")
    )

    assert told in found["error"]["detail"]


async def test_same_row_twice_without_own_keys_is_made_once(api: Client) -> None:
    await api.payment()
    text = "payment_id,amount,reason_code\npay_01,100,duplicate\npay_01,100,duplicate\n"

    found = results(await send(api, text))

    assert [row["outcome"] for row in found] == ["created", "refused"]
    assert found[1]["error"]["code"] == "duplicate_row"
    assert "row 1" in found[1]["error"]["detail"]


async def test_spreadsheet_with_mark_semicolons_decimal_commas_and_empty_lines_is_read(api: Client) -> None:
    await api.payment()
    await api.payment("pay_02", 10_000, currency="KWD")
    await api.payment("pay_03", 10_000, currency="JPY")
    text = (
        "\ufeffPayment_ID; amount_major ;currency;reason_code;reason_text;metadata.sandbox\r\n"
        'pay_01;12,5;EUR;goodwill;"Ein ""Text""; mit Trenner";tok_slow\r\n'
        ";;;;;\r\n"
        "\r\n"
        "pay_02;0,234;KWD;goodwill;;\r\n"
        "pay_03;17;JPY;goodwill;;"
    )

    found = results(await send(api, text))

    assert [(row["outcome"], row["amount"]) for row in found] == [
        ("created", 1_250),
        ("created", 234),
        ("created", 17),
    ]
    refund = (await api.get(f"/v1/refunds/{found[0]['refund_id']}")).body
    assert refund["reason"] == {"code": "goodwill", "text": 'Ein "Text"; mit Trenner'}
    assert refund["metadata"] == {"sandbox": "tok_slow"}


@pytest.mark.parametrize("amount", ["12.00", "1e3", "+5", "0x10", "٣"])
async def test_minor_units_of_a_row_are_digits_alone(api: Client, amount: str) -> None:
    await api.payment()

    (found,) = results(await send(api, f"payment_id,amount,reason_code\npay_01,{amount},duplicate\n"))

    assert (found["outcome"], found["error"]["pointer"]) == ("refused", "/amount")


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("1.234,567", "EUR"),
        ("1,00,000.50", "EUR"),
        ("1,234", "EUR"),
        ("1.5", "JPY"),
        ("-1", "EUR"),
        ("0", "EUR"),
        ("1e3", "EUR"),
        ("١", "EUR"),
        ("12.50", ""),
        ("1", "XXX"),
        ("999999999999999", "EUR"),
    ],
)
async def test_amount_that_could_mean_two_things_is_refused(api: Client, amount: str, currency: str) -> None:
    await api.payment()
    text = f'payment_id,amount_major,currency,reason_code\npay_01,"{amount}",{currency},duplicate\n'

    (found,) = results(await send(api, text))

    assert found["outcome"] == "refused"
    assert found["error"]["pointer"] in ("/amount_major", "/currency")


async def test_dry_run_answers_what_would_happen_and_stores_nothing(api: Client) -> None:
    await api.payment(amount=300)
    await api.payment("pay_02", 300)
    await api.refund("pay_02", 50, key="taken")
    lines = (
        "payment_id,amount,reason_code,idempotency_key\n"
        "pay_01,200,duplicate,\n"
        "pay_01,200,goodwill,\n"
        "pay_01,100,goodwill,taken\n"
        "pay_01,100,goodwill,mine\n"
        "pay_02,100,goodwill,mine\n"
    )
    before = list(api.world.payments.all())

    found = results(await send(api, lines, query="?dry_run=true"))

    assert [row["outcome"] for row in found] == ["valid", "refused", "refused", "valid", "refused"]
    assert [row["error"]["code"] for row in found if row["error"]] == [
        "amount_exceeds_refundable",
        "idempotency_key_reused",
        "idempotency_key_reused",
    ]
    assert found[0]["refund_id"] is None
    assert list(api.world.payments.all()) == before


async def test_documented_row_has_the_key_that_the_documented_file_gives_it(api: Client) -> None:
    await api.payment()
    bulk = (await api.get("/openapi.json")).body["paths"]["/v1/refunds/bulk"]["post"]
    file = next(iter(bulk["requestBody"]["content"]["text/csv"]["examples"].values()))["value"]
    documented = bulk["responses"]["200"]["content"]["application/x-ndjson"]["example"]

    (found,) = results(await send(api, file, key="file-7"))

    assert json.dumps(documented).count(found["idempotency_key"]) == 1


async def test_dry_run_refuses_with_the_words_of_the_real_run(api: Client) -> None:
    await api.payment(amount=300)
    await api.payment("pay_02", 300)
    await api.refund("pay_02", 50, key="taken")
    text = (
        "payment_id,amount,currency,reason_code,idempotency_key\n"
        "pay_none,100,EUR,duplicate,\n"
        "pay_01,abc,EUR,duplicate,\n"
        "pay_01,999,EUR,duplicate,\n"
        "pay_01,100,USD,duplicate,\n"
        "pay_01,100,EUR,duplicate,taken\n"
        "pay_01,100,EUR,4111111111111111,\n"
        "pay_01,0,EUR,duplicate,\n"
    )

    dry = results(await send(api, text, query="?dry_run=true"))
    real = results(await send(api, text))

    assert {row["outcome"] for row in real} == {"refused"}
    assert dry == real


async def test_rows_of_many_windows_keep_their_order(api: Client) -> None:
    await api.payment(amount=10**9)
    count = WINDOW_ROWS * 2 + 3
    rows = "".join(f"pay_01,{n},duplicate\n" for n in range(1, count + 1))

    found = results(await send(api, "payment_id,amount,reason_code\n" + rows))

    assert [row["amount"] for row in found] == list(range(1, 101)) + [None] * (count - 100)
    assert {row["error"]["code"] for row in found[100:]} == {"too_many_refunds"}


async def test_file_with_too_many_rows_is_refused_whole(api: Client) -> None:
    await api.payment()

    refused = await send(api, "payment_id,amount,reason_code\n" + "pay_01,1,duplicate\n" * (ROWS_MAX + 1))

    assert (refused.status, refused.code) == (413, "too_many_rows")
    assert not (await api.get("/v1/refunds")).body["data"]


async def test_file_of_200_000_rows_is_refused_by_its_size(api: Client) -> None:
    row = '{"payment_id":"pay_01","reason":{"code":"duplicate"},"amount":1}\n'

    refused = await send(api, row * 200_000, **NDJSON)

    assert (refused.status, refused.code) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        (b"", 422, "validation_failed"),
        (b"payment_id\npay_01\n", 422, "validation_failed"),
        (b"payment_id,amount,reason_code,colour\n", 422, "validation_failed"),
        (b"payment_id,amount,reason_code,payment_id\n", 422, "validation_failed"),
        (b"payment_id,amount,reason_code\n\xff,x\n", 400, "malformed_csv"),
        (b"payment_id,amount,reason_code\n\x00,x\n", 400, "malformed_csv"),
        (b'payment_id,amount,reason_code\n"pay,x\n', 400, "malformed_csv"),
    ],
)
async def test_file_that_is_none_is_refused_whole(api: Client, text: bytes, status: int, code: str) -> None:
    refused = await send(api, text)

    assert (refused.status, refused.code) == (status, code)
    assert "JSON" not in refused.text


async def test_file_of_another_kind_or_without_key_is_refused(api: Client) -> None:
    other = await api.post("/v1/refunds/bulk", {"a": 1})
    without_key = await api.post(
        "/v1/refunds/bulk", data=b"payment_id,reason_code\n", headers=CSV | {"Idempotency-Key": ""}
    )
    long_key = await send(api, "payment_id,reason_code\n", key="k" * 255)
    query = await send(api, "payment_id,reason_code\n", query="?dry_run=perhaps")

    assert other.status == 415
    assert (without_key.status, without_key.code) == (400, "invalid_header")
    assert long_key.status == 400
    assert (query.status, query.code) == (400, "invalid_query")


async def test_row_with_a_method_that_cannot_be_paid_out_is_refused_alone(api: Client) -> None:
    await api.payment()
    rows = "payment_id,amount,reason_code,method\npay_01,10,duplicate,balance\npay_01,20,duplicate,original_payment\n"

    found = results(await send(api, rows))

    assert [row["outcome"] for row in found] == ["refused", "created"]
    assert found[0]["error"]["pointer"] == "/method"
    assert "original_payment" in found[0]["error"]["detail"]
