"""A file that is sent again, whole, changed or in part, makes no refund twice."""

import asyncio

import pytest
from tests.service.api.refunds.bulk_steps import content, results, send
from tests.support.http.site import BANK, MERCHANT, ORGANIZATION, OTHER_MERCHANT, PROGRAM, Client, Reply

from refunds.domain.refund.bulk_file import BulkFile
from refunds.domain.tenancy import ALL_TENANTS

MERCHANT_PATH = ("platform", BANK, PROGRAM, ORGANIZATION, MERCHANT)


async def test_file_sent_again_gives_the_same_refunds(api: Client) -> None:
    await api.payment()
    text = "payment_id,amount,reason_code\npay_01,100,duplicate\npay_01,200,duplicate\n"
    first = results(await send(api, text))

    again = results(await send(api, text))

    assert [row["outcome"] for row in again] == ["replayed", "replayed"]
    assert [row["refund_id"] for row in again] == [row["refund_id"] for row in first]
    assert (await api.get("/v1/payments/pay_01")).body["reserved_amount"] == 300


async def test_file_sent_again_answers_each_row_as_it_was_made(api: Client) -> None:
    await api.payment()
    text = "payment_id,amount,reason_code,submit\npay_01,100,duplicate,false\npay_01,200,duplicate,true\n"
    first = results(await send(api, text))
    await api.post(f"/v1/refunds/{first[0]['refund_id']}/cancel")

    again = results(await send(api, text))

    assert [row | {"outcome": "created"} for row in again] == first
    assert [row["status"] for row in again] == ["draft", "processing"]


async def test_file_that_broke_off_is_finished_by_sending_it_again(api: Client) -> None:
    await api.payment()
    text = "payment_id,amount,reason_code\npay_01,100,duplicate\npay_01,200,duplicate\n"
    rows = [row.split(":")[1] for row in keys_of(await send(api, text, query="?dry_run=true"))]
    record = BulkFile(path=MERCHANT_PATH, key="file", content=content(rows), rows=tuple(sorted(rows)))
    await api.world.bulk_files.bind(ALL_TENANTS, [record])

    other = await send(api, text.replace("200", "300"))
    found = results(await send(api, text))

    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert [row["outcome"] for row in found] == ["created", "created"]


HEAD = "payment_id,amount,currency,reason_code,reason_text"

FIRST = f"{HEAD}\npay_01,100,EUR,duplicate,teh shoes\npay_01,200,EUR,duplicate,\n"


def wider(column: str, first: str, second: str) -> str:
    """The first file with one column more."""
    return f"{HEAD},{column}\npay_01,100,EUR,duplicate,teh shoes,{first}\npay_01,200,EUR,duplicate,,{second}\n"


OTHERS = {
    "a text mended": FIRST.replace("teh", "the"),
    "a column left out": FIRST.replace(",EUR", "").replace(",currency", ""),
    "a column of metadata more": wider("metadata.a", "b", ""),
    "another amount": FIRST.replace("200", "201"),
    "all that is left": FIRST.replace("200", "all"),
    "a draft": wider("submit", "true", "false"),
    "another payment": FIRST.replace("pay_01,200", "pay_02,200"),
    "a row more": FIRST + "pay_01,300,EUR,duplicate,\n",
    "a row of another merchant more": FIRST + "pay_03,300,EUR,duplicate,\n",
    "a row fewer": FIRST.partition("pay_01,200")[0],
    "a row in front": FIRST.replace("pay_01,100", "pay_01,1,EUR,duplicate,\npay_01,100", 1),
    "keys of their own": wider("idempotency_key", "a", "b"),
}


@pytest.mark.parametrize("dry", ["", "?dry_run=true"])
@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
async def test_other_file_under_a_used_key_is_refused_as_a_whole(api: Client, other: str, dry: str) -> None:
    await payments_of_two_merchants(api)
    await send(api, FIRST)

    refused = await send(api, other, query=dry)

    assert (refused.status, refused.code) == (422, "idempotency_key_reused")
    assert (await api.get("/v1/payments/pay_01")).body["reserved_amount"] == 300
    assert (await api.get("/v1/payments/pay_02")).body["reserved_amount"] == 0
    assert (await api.get("/v1/payments/pay_03")).body["reserved_amount"] == 0


SAME = {
    "rows moved": f"{HEAD}\npay_01,200,EUR,duplicate,\npay_01,100,EUR,duplicate,teh shoes\n",
    "major units": (
        "payment_id;amount_major;currency;reason_code;reason_text\n"
        "pay_01;1,00;EUR;duplicate;teh shoes\n"
        "pay_01;2;EUR;duplicate;\n"
    ),
    "spaces, columns moved, another separator": (
        "sep=;\n\nReason_Text ;payment_id;amount;currency;reason_code\n"
        " teh shoes;pay_01; 100;EUR;duplicate\n"
        ";pay_01;200;EUR;duplicate\n"
    ),
    "defaults spelled out": wider("submit,method", "true,original_payment", "TRUE,original_payment"),
}


@pytest.mark.parametrize("same", SAME.values(), ids=SAME)
async def test_same_rows_written_otherwise_are_the_same_file(api: Client, same: str) -> None:
    await api.payment()
    await send(api, FIRST)

    found = results(await send(api, same))

    assert [row["outcome"] for row in found] == ["replayed", "replayed"]


async def test_rows_that_differ_are_named_with_advice(api: Client) -> None:
    await api.payment()
    await send(api, FIRST)

    refused = await send(api, OTHERS["a text mended"])

    assert [error["pointer"] for error in refused.body["errors"]] == ["/rows/1"]
    assert "Rows of this file that are not in the earlier file: 1. Rows of the earlier " in refused.body["detail"]
    assert "with another key" in refused.body["detail"]


ONE = f"{HEAD}\npay_01,100,EUR,duplicate,\n"

OTHER = f"{HEAD}\npay_03,100,EUR,duplicate,\n"

BOTH = ONE + "pay_03,100,EUR,duplicate,\n"

UNKNOWN = ONE + "pay_none,100,EUR,duplicate,\n"

UNNAMED = "These rows are for other merchants, or for payments that the service did not find at that time."

FILES_OF_SEVERAL = {
    "a part of a file of two merchants": ((BOTH,), ONE, UNNAMED),
    "two files of a merchant each, sent as one": ((ONE, OTHER), BOTH, "in 2 files, each for other merchants."),
    "a file without its row of an unknown payment": ((UNKNOWN,), ONE, UNNAMED),
    "a file with a row of another merchant more": (
        (ONE,),
        BOTH,
        "Rows of this file that are not in the earlier file: 1. To finish",
    ),
    "a row fewer": (
        (FIRST,),
        FIRST.partition("pay_01,200")[0],
        "Rows of the earlier file that are not in this file: 1. To finish",
    ),
    "two rows more": (
        (ONE,),
        ONE + "pay_01,2,EUR,duplicate,\npay_01,3,EUR,duplicate,\n",
        "Rows of this file that are not in the earlier file: 2.",
    ),
}


@pytest.mark.parametrize(("first", "then", "told"), FILES_OF_SEVERAL.values(), ids=FILES_OF_SEVERAL)
async def test_refusal_of_a_file_names_the_differences_and_never_none(
    api: Client, first: tuple[str, ...], then: str, told: str
) -> None:
    await payments_of_two_merchants(api)
    for text in first:
        assert (await send(api, text)).status == 200

    refused = await send(api, then)

    assert (refused.status, refused.code) == (422, "idempotency_key_reused")
    assert told in refused.body["detail"]
    assert "0 " not in refused.body["detail"]


async def test_two_files_under_one_key_at_the_same_moment_move_one_of_them_once(api: Client) -> None:
    await api.payment()
    files = ["payment_id,amount,reason_code\n" + f"pay_01,{amount},duplicate\n" for amount in (100, 101)]

    replies = await asyncio.gather(*(send(api, files[n % 2]) for n in range(200)))

    assert sorted(reply.status for reply in replies) == [200] * 100 + [422] * 100
    outcomes = [row["outcome"] for reply in replies if reply.status == 200 for row in results(reply)]
    assert sorted(outcomes) == ["created"] + ["replayed"] * 99
    assert (await api.get("/v1/payments/pay_01")).body["reserved_amount"] in (100, 101)


async def test_dry_run_binds_no_key(api: Client) -> None:
    await api.payment()
    await send(api, FIRST, query="?dry_run=true")

    found = results(await send(api, OTHERS["a text mended"]))

    assert [row["outcome"] for row in found] == ["created", "created"]


async def test_mended_row_under_a_key_of_its_own_is_refused_alone(api: Client) -> None:
    await api.payment()
    first = "payment_id,amount,reason_code,idempotency_key\npay_01,100,duplicate,a\npay_01,200,duplicate,b\n"
    await send(api, first)

    found = results(await send(api, first.replace("200", "201") + "pay_01,300,duplicate,c\n"))

    assert [row["outcome"] for row in found] == ["replayed", "refused", "created"]
    assert found[1]["error"]["code"] == "idempotency_key_reused"


async def test_keys_of_rows_taken_out_of_a_sent_file_make_it_another_file(api: Client) -> None:
    await api.payment()
    await send(api, "payment_id,amount,reason_code,idempotency_key\npay_01,100,duplicate,a\n")

    refused = await send(api, "payment_id,amount,reason_code\npay_01,100,duplicate\n")

    assert (refused.status, refused.code) == (422, "idempotency_key_reused")


async def test_key_of_a_file_is_the_merchants_for_every_sender(api: Client) -> None:
    await payments_of_two_merchants(api)
    own = api.world.token("merchant_admin", MERCHANT)
    other = api.world.token("merchant_admin", OTHER_MERCHANT)
    await send(api, FIRST, token=own)

    by_platform = await send(api, OTHERS["a text mended"])
    elsewhere = await send(api, "payment_id,amount,reason_code\npay_03,100,duplicate\n", token=other)

    assert (by_platform.status, by_platform.code) == (422, "idempotency_key_reused")
    assert [row["outcome"] for row in results(elsewhere)] == ["created"]


async def payments_of_two_merchants(api: Client) -> None:
    await api.payment()
    await api.payment("pay_02")
    await api.payment("pay_03", merchant_id=OTHER_MERCHANT)


def keys_of(reply: Reply) -> list[str]:
    return [row["idempotency_key"] for row in results(reply)]
