"""Submissions and status queries through the use cases: decided once, on the stored payment, and numbered."""

import pytest
from tests.support.copies import replace
from tests.support.gateway.back_office import BackOffice
from tests.support.gateway.office_work import hinted, sweep
from tests.support.gateway.scripted_gateway import LOST, ScriptedGateway
from tests.support.payments.making import asking

from refunds.adapters.memory.payments.payments import MemoryPayments
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.payment.payment import Decision, Payment, Refund
from refunds.domain.payment.reason_details import KeyTooOld, detail_of
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import ALL_TENANTS
from refunds.usecases.refunds.review_refund import ReviewRefund

NOT_FOUND = GatewayResult(kind=ResultKind.NOT_FOUND)

ACCEPTED = GatewayResult(kind=ResultKind.PENDING, gateway_refund_id="gr_9")

DAYS_S = 40 * 86_400


async def test_acknowledged_refund_is_submitted_once_however_often_it_is_not_found() -> None:
    gateway = ScriptedGateway(submits=[ACCEPTED], asks=[NOT_FOUND])
    office = BackOffice(gateway=gateway)
    refund = await office.refund()
    await hinted(office, refund)

    for _ in range(30):
        refund = await sweep(office, refund)

    assert len(gateway.submitted) == 1
    assert refund.status is Status.UNKNOWN
    assert (await office.payments.get_by_refund(ALL_TENANTS, refund.id)).reserved_amount == refund.amount


async def test_refund_made_by_another_process_is_sent_at_its_hint_though_this_one_wrote_the_payment_before() -> None:
    gateway = ScriptedGateway()
    office = BackOffice(gateway=gateway)
    first = await office.refund(amount=100)
    await hinted(office, first)
    another = MemoryPayments(office.payments.database)
    second = (await another.change(ALL_TENANTS, "pay_01", asking(100, "k_other"))).refund

    await office.submit.hinted("pay_01", second.id)

    assert [submission.attempt_id for submission in gateway.submitted] == [
        first.attempts[0].id,
        second.attempts[0].id,
    ]


async def test_refund_that_another_process_made_ready_is_sent_at_its_hint() -> None:
    gateway = ScriptedGateway()
    office = BackOffice(gateway=gateway)
    waiting = await office.refund(amount=100, is_reviewed_now=False)
    another = MemoryPayments(office.payments.database)
    review = ReviewRefund(payments=another, config_cache=office.config_cache, clock=office.clock, hints=office.hints)
    ready = (await review("pay_01", waiting.id)).refund

    await office.submit.hinted("pay_01", ready.id)

    assert [submission.attempt_id for submission in gateway.submitted] == [ready.attempts[0].id]


async def test_stale_copy_of_a_payment_sends_nothing_beyond_the_budget() -> None:
    gateway = ScriptedGateway(asks=[NOT_FOUND])
    office = BackOffice(gateway=gateway)
    refund = await office.refund()
    stale = await _tried(office, refund, 4)
    await _tried(office, refund, 5)

    await office.submit.due(stale, refund.id)

    assert (gateway.submitted, gateway.asked) == ([], [refund.attempts[0].id])


async def _tried(office: BackOffice, refund: Refund, tries: int) -> Payment:
    """The payment after that many submissions, with the refund due, as another worker may leave it."""

    def spend(present: Payment) -> Decision:
        found = present.refund(refund.id)
        attempt = replace(found.attempts[-1], tries=tries)
        spent = replace(found, status=Status.GATEWAY_ERROR, attempts=(attempt,), due_at=office.clock.now())
        changed = replace(present, refunds=tuple(spent if r is found else r for r in present.refunds))
        return Decision(payment=changed, refund=spent)

    payment = await office.payments.get_by_refund(ALL_TENANTS, refund.id)
    return (await office.payments.change(ALL_TENANTS, payment.id, spend)).payment


async def test_hint_after_another_worker_began_the_second_submission_sends_nothing() -> None:
    gateway = ScriptedGateway(submits=[RuntimeError("died")])
    office = BackOffice(gateway=gateway)
    refund = await office.refund()
    with pytest.raises(RuntimeError):
        await sweep(office, refund)
    sent = len(gateway.submitted)

    await hinted(office, refund)

    assert ((await office.present(refund)).attempts[-1].tries, len(gateway.submitted)) == (2, sent)


async def test_hint_that_comes_after_another_worker_began_to_ask_sends_nothing() -> None:
    """Its key may be forgotten by then, so the gateway is queried."""
    gateway = ScriptedGateway(asks=[RuntimeError("died")])
    office = BackOffice(gateway=gateway)
    refund = await office.refund()
    office.clock.advance(seconds=DAYS_S)
    with pytest.raises(RuntimeError):
        await sweep(office, refund)

    await hinted(office, refund)

    assert (len(gateway.asked), gateway.submitted) == (1, [])


async def test_refusal_of_a_second_submission_is_asked_about_before_the_balance_is_given_out() -> None:
    refused = GatewayResult(kind=ResultKind.REFUSED, code="declined")
    moved = GatewayResult(kind=ResultKind.SUCCEEDED, gateway_refund_id="gr_1")
    gateway = ScriptedGateway(submits=[RuntimeError("died"), refused], asks=[moved])
    office = BackOffice(gateway=gateway)
    refund = await office.refund()
    with pytest.raises(RuntimeError):
        await hinted(office, refund)

    in_doubt = await sweep(office, refund)
    settled = await sweep(office, refund)

    assert (in_doubt.status, settled.status) == (Status.UNKNOWN, Status.COMPLETED)


async def test_nothing_is_sent_after_a_crash_that_is_older_than_the_gateways_keys() -> None:
    gateway = ScriptedGateway(asks=[NOT_FOUND])
    office = BackOffice(gateway=gateway)
    refund = await office.refund()
    office.clock.advance(seconds=DAYS_S)

    for _ in range(4):
        refund = await sweep(office, refund)

    assert (gateway.submitted, refund.status) == ([], Status.FAILED)
    assert refund.status_reason is not None
    assert detail_of(refund.status_reason) == KeyTooOld()


async def test_results_are_numbered_by_the_submission_that_they_answer() -> None:
    gateway = ScriptedGateway(submits=[LOST], asks=[NOT_FOUND])
    office = BackOffice(gateway=gateway)
    seen: list[GatewayResult] = []
    real = office.record

    class Watching:
        profiles = real.profiles

        async def __call__(self, payment_id: str, attempt_id: str, result: GatewayResult, name: str) -> object:
            seen.append(result)
            return await real(payment_id, attempt_id, result, name)

    office.submit = replace(office.submit, record=Watching())  # type: ignore[arg-type]
    refund = await office.refund()
    await hinted(office, refund)
    for _ in range(3):
        await sweep(office, refund)

    assert [(result.source, result.submission) for result in seen] == [
        (Source.SUBMISSION, 1),
        (Source.QUERY, 1),
        (Source.SUBMISSION, 2),
        (Source.QUERY, 2),
    ]
