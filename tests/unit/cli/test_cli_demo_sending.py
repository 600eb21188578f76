"""The demonstration sends its requests, and holds each answer against what it must be."""

from collections.abc import Callable

import pytest
from tests.support.http.fake_api import Asked, FakeAnswer, FakeApi, fake_api, problem
from tests.unit.cli.demo_sample import NOW, REFUND, SAMPLE

from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.memory.ids import SeededIds
from refunds.cli.client.client import connected
from refunds.cli.client.dev_tokens import Signer
from refunds.runtime.auth.tokens import IssuerKey
from refunds_embedded.demo.api import DemoApi
from refunds_embedded.demo.callers import Callers
from refunds_embedded.demo.measures import Stopwatch
from refunds_embedded.demo.sending import Sender, Sent
from refunds_embedded.sample.kinds import KINDS, FollowUp, Kind
from refunds_embedded.sample.requests import SampleGroup

TAKEN = FakeAnswer(status=201, body=REFUND)

DONE = FakeAnswer(status=200, body=REFUND)

EXCEEDS = problem(422, "amount_exceeds_refundable", "0 is left.", "/amount")


def _group(kind: Kind) -> SampleGroup:
    return next(group for group in SAMPLE.groups if group.requests[0].kind is kind)


def _callers(clock: FixedClock) -> Callers:
    return Callers(signer=Signer(key=IssuerKey.create()), clock=clock, ids=SeededIds(clock))


async def _send(group: SampleGroup, answering: Callable[[Asked], FakeAnswer]) -> tuple[list[Sent], FakeApi]:
    with fake_api(answering) as fake:
        async with connected(fake.url) as client:
            api = DemoApi(client=client, callers=_callers(FixedClock(NOW)), stopwatch=Stopwatch(), batch="b1")
            return list(await Sender(api=api).send(group, "pay_1")), fake


async def test_refund_that_is_taken_is_no_surprise() -> None:
    (sent,), _ = await _send(_group(Kind.FULL), lambda _: TAKEN)

    assert (sent.refund_id, sent.surprise) == ("ref_1", "")
    assert sent.ends is _group(Kind.FULL).requests[0].ends


async def test_every_request_has_a_key_of_its_batch_and_number() -> None:
    _, fake = await _send(_group(Kind.SEVERAL), lambda _: TAKEN)

    numbers = [request.number for request in _group(Kind.SEVERAL).requests]
    assert [asked.key for asked in fake.asked] == [f"b1:refund:{number}" for number in numbers]


async def test_refund_over_the_limit_that_is_taken_is_a_surprise() -> None:
    (sent,), _ = await _send(_group(Kind.OVER_LIMIT), lambda _: TAKEN)

    assert sent.surprise == "expected 422 amount_exceeds_refundable, got 201"


async def test_refusal_for_another_reason_is_a_surprise() -> None:
    (sent,), _ = await _send(_group(Kind.OVER_LIMIT), lambda _: problem(422, "validation_failed", "No."))

    assert sent.surprise == "expected 422 amount_exceeds_refundable, got No. (422 validation_failed)"


@pytest.mark.parametrize("taken", [0, 2])
async def test_race_that_is_not_won_by_exactly_one_is_a_surprise(taken: int) -> None:
    answers = [TAKEN] * taken + [EXCEEDS] * (2 - taken)

    sent, _ = await _send(_group(Kind.RACE), lambda _: answers.pop())

    assert {one.surprise for one in sent} == {f"{taken} of two requests for 60 % were taken"}


async def test_race_that_is_won_by_one_is_no_surprise() -> None:
    answers = [TAKEN, EXCEEDS]

    sent, _ = await _send(_group(Kind.RACE), lambda _: answers.pop())

    assert [one.surprise for one in sent] == ["", ""]
    assert sorted(one.refund_id for one in sent) == ["", "ref_1"]


async def test_foreign_payment_is_asked_for_by_another_merchant() -> None:
    group = _group(Kind.FOREIGN_PAYMENT)

    (sent,), fake = await _send(group, lambda _: problem(404, "payment_not_found"))

    assert sent.surprise == ""
    assert fake.asked[0].headers["authorization"] != _callers(FixedClock(NOW)).requester(group.payment.merchant.id)


async def test_second_answer_to_one_key_must_be_the_first() -> None:
    other = FakeAnswer(status=201, body={**REFUND, "id": "ref_2"}, headers={"Idempotent-Replayed": "true"})
    answers = [other, TAKEN]

    (sent,), _ = await _send(_group(Kind.SAME_KEY), lambda _: answers.pop())

    assert sent.surprise == "the second request of one key was not answered as the first"


async def test_second_answer_to_one_key_that_is_the_first_is_no_surprise() -> None:
    again = FakeAnswer(status=201, body=REFUND, headers={"Idempotent-Replayed": "true"})
    answers = [again, TAKEN]

    (sent,), fake = await _send(_group(Kind.SAME_KEY), lambda _: answers.pop())

    assert sent.surprise == ""
    assert fake.asked[0].body == fake.asked[1].body


async def test_second_body_under_one_key_differs_from_the_first() -> None:
    answers = [problem(422, "idempotency_key_reused"), TAKEN]

    (sent,), fake = await _send(_group(Kind.SAME_KEY_OTHER_BODY), lambda _: answers.pop())

    assert sent.surprise == ""
    assert fake.asked[0].key == fake.asked[1].key
    assert fake.asked[0].body != fake.asked[1].body


FOLLOWED = {
    FollowUp.APPROVE: ("approvals", DONE),
    FollowUp.REJECT: ("approvals", DONE),
    FollowUp.APPROVE_OWN: ("approvals", problem(403, "requester_may_not_approve")),
    FollowUp.CANCEL: ("cancel", DONE),
    FollowUp.SUBMIT: ("submit", DONE),
}


@pytest.mark.parametrize("kind", [kind for kind, rule in KINDS.items() if rule.follow_up in FOLLOWED])
async def test_what_follows_a_request_is_done_and_compared_with_its_answer(kind: Kind) -> None:
    word, answer = FOLLOWED[KINDS[kind].follow_up]

    (good,), fake = await _send(_group(kind), lambda asked: TAKEN if asked.path == "/v1/refunds" else answer)
    (bad,), _ = await _send(
        _group(kind), lambda asked: TAKEN if asked.path == "/v1/refunds" else problem(409, "conflict")
    )

    assert fake.asked[1].path == f"/v1/refunds/ref_1/{word}"
    assert good.surprise == ""
    assert bad.surprise.endswith("(409 conflict)")


async def test_nobody_is_both_requester_and_approver() -> None:
    _, fake = await _send(_group(Kind.APPROVED), lambda asked: TAKEN if asked.path == "/v1/refunds" else DONE)

    assert fake.asked[0].headers["authorization"] != fake.asked[1].headers["authorization"]
