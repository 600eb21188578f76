"""The client of the public API: repeats what may be repeated, with the same key, as long as it was asked to wait."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from tests.support.http.fake_api import Asked, FakeAnswer, FakeApi, fake_api, problem

from refunds.cli.client.client import TRIES_MAX, Answer, Call, connected
from refunds.cli.client.instance_option import Target
from refunds.cli.client.request_models import ReasonBody, RefundBody
from refunds.cli.client.response_models import PaymentOut
from refunds.cli.errors import CommandFailed, command
from refunds.cli.views.refund_watch import watch_refund
from refunds_embedded.demo.concurrency import for_all

CREATE = Call(
    method="POST",
    path="/v1/refunds",
    body=RefundBody(payment_id="pay_1", reason=ReasonBody(code="duplicate")),
    key="one-key",
)
READ = Call(method="GET", path="/v1/refunds/ref_1")
CANCEL = Call(method="POST", path="/v1/refunds/ref_1/cancel")
OVERLOADED = problem(429, "overloaded", Retry_After="3")
UNKNOWN = problem(503, "outcome_unknown")
HANG_UP = FakeAnswer(status=0)


def _in_turn(*told: FakeAnswer) -> Callable[[Asked], FakeAnswer]:
    """Each answer once, then the last for ever."""
    waiting = list(told)
    return lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]


class _Nap:
    """Takes no time and remembers how long it should have."""

    def __init__(self) -> None:
        self.waits_s: list[float] = []

    async def __call__(self, wait_s: float) -> None:
        self.waits_s.append(wait_s)


async def _send(api: FakeApi, call: Call, nap: _Nap) -> Answer:
    async with connected(api.url, nap) as client:
        return await client.send(call, "a-token")


async def test_overload_is_repeated_with_the_same_key_after_the_wait_asked_for() -> None:
    nap = _Nap()
    with fake_api(_in_turn(OVERLOADED, OVERLOADED, FakeAnswer(status=201, body={}))) as api:
        answer = await _send(api, CREATE, nap)

    assert (answer.status, answer.tries) == (201, 3)
    assert nap.waits_s == [3.0, 3.0]
    assert {asked.key for asked in api.asked} == {"one-key"}
    assert len({str(asked.body) for asked in api.asked}) == 1


async def test_unknown_outcome_is_repeated() -> None:
    with fake_api(_in_turn(UNKNOWN, FakeAnswer(status=201, body={}))) as api:
        answer = await _send(api, CREATE, _Nap())

    assert answer.status == 201


async def test_long_waits_are_bounded() -> None:
    nap = _Nap()
    with fake_api(_in_turn(problem(503, "unavailable", Retry_After="9999"), FakeAnswer(body={}))) as api:
        await _send(api, READ, nap)

    assert nap.waits_s == [10.0]


async def test_last_refusal_is_returned_when_the_tries_run_out() -> None:
    with fake_api(lambda _: OVERLOADED) as api:
        answer = await _send(api, CREATE, _Nap())

    assert (answer.status, answer.tries) == (429, TRIES_MAX)
    assert len(api.asked) == TRIES_MAX


async def test_lost_connection_of_a_call_with_a_key_is_repeated_with_it() -> None:
    with fake_api(_in_turn(HANG_UP, HANG_UP, FakeAnswer(status=201, body={}))) as api:
        answer = await _send(api, CREATE, _Nap())

    assert answer.status == 201
    assert {asked.key for asked in api.asked} == {"one-key"}


async def test_lost_connection_of_a_call_without_a_key_is_not_repeated() -> None:
    with fake_api(lambda _: HANG_UP) as api:
        with pytest.raises(aiohttp.ClientError):
            await _send(api, CANCEL, _Nap())

    assert len(api.asked) == 1


async def test_connection_lost_every_time_ends_as_an_error() -> None:
    with fake_api(lambda _: HANG_UP) as api:
        with pytest.raises(aiohttp.ClientError):
            await _send(api, CREATE, _Nap())

    assert len(api.asked) == TRIES_MAX


async def test_refusals_that_cannot_change_are_not_repeated() -> None:
    with fake_api(lambda _: problem(422, "amount_exceeds_refundable")) as api:
        await _send(api, CREATE, _Nap())

    assert len(api.asked) == 1


async def test_replay_is_recognised() -> None:
    with fake_api(lambda _: FakeAnswer(status=201, body={}, headers={"Idempotent-Replayed": "true"})) as api:
        assert (await _send(api, CREATE, _Nap())).is_replay


async def test_problem_in_the_place_of_a_body_is_a_failure_of_the_command() -> None:
    with fake_api(lambda _: FakeAnswer(status=502, body="not a problem")) as api:
        answer = await _send(api, READ, _Nap())

    with pytest.raises(CommandFailed, match=r"with status 502 and gave no reason"):
        answer.read(PaymentOut)


REFUND = {
    "id": "ref_1",
    "payment_id": "pay_1",
    "merchant_id": "mer_1",
    "amount": 100,
    "currency": "USD",
    "method": "original_payment",
    "created_at": "2026-03-01T12:00:00Z",
    "updated_at": "2026-03-01T12:00:00Z",
}


async def _watch(api: FakeApi, for_s: float) -> tuple[int, _Nap]:
    nap = _Nap()
    return await watch_refund("ref_1", for_s, Target(url=api.url, token="t"), as_json=False, sleep=nap), nap


async def test_watching_prints_each_status_once_until_a_person_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    seen = [FakeAnswer(body={**REFUND, "status": s}) for s in ("submitted", "submitted", "pending_approval")]
    with fake_api(_in_turn(*seen)) as api:
        code, nap = await _watch(api, for_s=60)

    assert code == 0
    assert [line.split()[3] for line in capsys.readouterr().out.splitlines()] == ["submitted", "pending_approval"]
    assert len(nap.waits_s) == 2


async def test_watching_a_refund_that_still_moves_ends_with_1() -> None:
    with fake_api(lambda _: FakeAnswer(body={**REFUND, "status": "processing"})) as api:
        code, _ = await _watch(api, for_s=0)

    assert code == 1


def test_interrupted_command_ends_with_130_and_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    @command
    async def interrupted() -> int:
        raise KeyboardInterrupt

    assert interrupted() == 130
    assert capsys.readouterr() == ("", "")


def test_connection_that_fails_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    @command
    async def cut_off() -> int:
        raise TimeoutError

    assert cut_off() == 1
    assert capsys.readouterr().err == (
        "refunds: the connection to the service failed (TimeoutError), but the service may have carried out the "
        "request: check before you run the command again\n"
    )


async def test_a_crowd_gives_results_in_order_and_stays_within_its_bound() -> None:
    running: list[int] = []
    most = 0

    async def work(member: int) -> int:
        nonlocal most
        running.append(member)
        most = max(most, len(running))
        await asyncio.sleep(0)
        running.remove(member)
        return member * 2

    assert await for_all(range(20), work, at_once=3) == [member * 2 for member in range(20)]
    assert most == 3


async def test_first_failure_of_a_crowd_ends_all_of_it() -> None:
    async def work(member: int) -> int:
        if member == 2:
            raise CommandFailed("two")
        return member

    with pytest.raises(CommandFailed, match="two"):
        await for_all(range(20), work, at_once=2)
