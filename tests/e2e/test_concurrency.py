"""Many clients at once over real HTTP, in one process and in five: the database is the judge, not luck."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.http.caller import Caller
from tests.support.processes.instance import Instance

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(params=[("--sample",), ("--sample", "--split", "--api-workers", "2")], ids=["one-process", "split"])
async def caller(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Caller]:
    instance = Instance(tmp_path, request.param)
    await instance.start()
    async with Caller(instance.ready) as calling:
        await calling.plant_merchant()
        yield calling
    assert await instance.stop() == 0


async def test_of_64_refunds_of_60_on_a_payment_of_100_exactly_one_succeeds(caller: Caller) -> None:
    payment = await caller.capture(amount=100)

    answers = await asyncio.gather(*(caller.refund(payment, 60) for _ in range(64)))

    assert Counter(status for status, _ in answers) == {201: 1, 422: 63}
    assert {body["code"] for status, body in answers if status == 422} == {"amount_exceeds_refundable"}


async def test_a_thousand_posts_with_one_key_are_one_refund_with_one_answer(caller: Caller) -> None:
    payment = await caller.capture()
    body = {"payment_id": payment, "amount": 100, "reason": {"code": "requested_by_customer"}}

    answers = await asyncio.gather(*(caller.text_of("/v1/refunds", body, "the-only-key") for _ in range(1_000)))
    await caller.settled(json.loads(answers[0][0])["id"])
    answers.append(await caller.text_of("/v1/refunds", body, "the-only-key"))

    assert len({text for text, _ in answers}) == 1
    assert [is_repeat for _, is_repeat in answers].count(False) == 1
    _, stored = await caller.insist("GET", f"/v1/payments/{payment}")
    assert stored["reserved_amount"] + stored["refunded_amount"] == 100


async def test_the_same_key_with_another_body_or_payment_is_refused(caller: Caller) -> None:
    first, second = await caller.capture(), await caller.capture()
    await caller.refund(first, 100, key="taken")

    other_amount = await caller.refund(first, 200, key="taken")
    other_payment = await caller.refund(second, 100, key="taken")

    assert [other_amount[0], other_payment[0]] == [422, 422]
    assert {other_amount[1]["code"], other_payment[1]["code"]} == {"idempotency_key_reused"}


async def test_of_a_bulk_of_refunds_on_one_payment_all_that_fit_are_made(caller: Caller) -> None:
    payment = await caller.capture(amount=1_000)

    answers = await asyncio.gather(*(caller.refund(payment, 100) for _ in range(12)))

    assert Counter(status for status, _ in answers) == {201: 10, 422: 2}
    ends = await asyncio.gather(*(caller.settled(body["id"]) for status, body in answers if status == 201))
    assert set(ends) == {"completed"}
    assert sum(sum(of.values()) for of in (await caller.books()).values()) == 1_000
