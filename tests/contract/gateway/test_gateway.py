"""What every gateway promises (`ports.gateway.gateway`): the HTTP adapter on a real sandbox, and the simulated one."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from tests.support.gateway.gateway_sides import KEY_LIFETIME_S, GatewaySide, a_submission, over_http, simulated

from refunds.adapters.gateways.error_codes import SANDBOX
from refunds.domain.attempt.gateway_result import ResultKind

HOUR_S = 3_600


@pytest.fixture(params=["memory", "http"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> AbstractAsyncContextManager[GatewaySide]:
    """One implementation after the other."""
    return simulated() if request.param == "memory" else over_http(tmp_path)


@pytest.fixture
async def side(opening: AbstractAsyncContextManager[GatewaySide]) -> AsyncIterator[GatewaySide]:
    """A gateway whose delays end only when its clock is advanced."""
    async with opening as opened:
        yield opened


@pytest.mark.parametrize("token", ["tok_ok", "tok_late_failure", "tok_webhook_twice"])
async def test_success_brings_the_gateways_id_the_arn_and_the_amount(side: GatewaySide, token: str) -> None:
    result = await side.submit(token)

    assert (result.kind, result.amount, result.currency) == (ResultKind.SUCCEEDED, 60, "USD")
    assert result.gateway_refund_id
    assert result.occurred_at is not None
    assert len(result.arn) == 23


async def test_pending_is_pending_with_its_id_and_success_when_asked_later(side: GatewaySide) -> None:
    at_first = await side.submit("tok_pending")
    side.advance(HOUR_S)
    later = await side.query_status()

    assert (at_first.kind, later.kind) == (ResultKind.PENDING, ResultKind.SUCCEEDED)
    assert at_first.gateway_refund_id == later.gateway_refund_id != ""
    assert (at_first.arn, len(later.arn)) == ("", 23)


async def test_repetition_while_it_is_known_is_answered_as_at_first(side: GatewaySide) -> None:
    at_first = await side.submit("tok_pending")
    side.advance(HOUR_S)

    assert await side.submit("tok_pending") == at_first


async def test_accepted_without_an_id_is_pending_and_asked_for_by_our_own_reference(side: GatewaySide) -> None:
    at_first = await side.submit("tok_webhook_only")
    side.advance(HOUR_S)
    later = await side.query_status()

    assert (at_first.kind, at_first.gateway_refund_id) == (ResultKind.PENDING, "")
    assert later.kind is ResultKind.SUCCEEDED
    assert later.gateway_refund_id


async def test_refund_is_asked_for_by_its_id_as_well(side: GatewaySide) -> None:
    made = await side.submit()

    found = await side.query_status("att_other", made.gateway_refund_id)

    assert (found.kind, found.raw_code) == (ResultKind.UNKNOWN, "other_reference")
    assert (await side.query_status("att_1", made.gateway_refund_id)).kind is ResultKind.SUCCEEDED
    assert (await side.query_status("att_1", "none")).kind is ResultKind.NOT_FOUND


@pytest.mark.parametrize("token", ["tok_timeout_after_move", "tok_slow"])
async def test_no_answer_after_the_money_moved_is_lost_and_found_by_asking(side: GatewaySide, token: str) -> None:
    result = await side.submit(token)

    assert result.kind is ResultKind.UNKNOWN
    assert (await side.query_status()).kind is ResultKind.SUCCEEDED
    assert (await side.account()).moved == 60


async def test_no_answer_before_the_money_moved_is_lost_and_never_seen(side: GatewaySide) -> None:
    result = await side.submit("tok_timeout_before_move")

    assert result.kind is ResultKind.UNKNOWN
    assert (await side.query_status()).kind is ResultKind.NOT_FOUND
    assert (await side.account()).moved == 0


async def test_error_500_is_lost_and_the_same_id_goes_through_the_second_time(side: GatewaySide) -> None:
    first = await side.submit("tok_error_500")
    again = await side.submit("tok_error_500")

    assert (first.kind, first.raw_code) == (ResultKind.UNKNOWN, "internal_error")
    assert again.kind is ResultKind.SUCCEEDED
    assert (await side.account()).moved == 60


async def test_rate_limit_names_how_long_to_wait_and_the_second_request_goes_through(side: GatewaySide) -> None:
    first = await side.submit("tok_rate_limited")
    again = await side.submit("tok_rate_limited")

    assert (first.kind, first.code, first.retry_after_s) == (ResultKind.UNAVAILABLE, "rate_limited", 1)
    assert again.kind is ResultKind.SUCCEEDED


async def test_gateway_that_answers_unavailable_has_moved_nothing(side: GatewaySide) -> None:
    result = await side.submit("tok_refused_gateway_unavailable")

    assert (result.kind, result.code) == (ResultKind.UNAVAILABLE, "gateway_unavailable")
    assert (await side.query_status()).kind is ResultKind.NOT_FOUND


async def test_every_refusal_is_remembered_with_its_raw_code(side: GatewaySide) -> None:
    refusals = {raw: code for raw, code in SANDBOX.items() if code not in ("rate_limited", "gateway_unavailable")}

    for raw_code, code in refusals.items():
        result = await side.submit(f"tok_refused_{raw_code}", f"att_{raw_code}")
        told = await side.query_status(f"att_{raw_code}")

        assert (result.kind, result.code, result.raw_code) == (ResultKind.REFUSED, code, raw_code)
        assert (told.kind, told.code, told.raw_code) == (ResultKind.FAILED, code, raw_code)
        assert result.gateway_refund_id == told.gateway_refund_id != ""
    assert (await side.account()).moved == 0
    assert len(refusals) > 15


@pytest.mark.parametrize("code", sorted({*SANDBOX.values()} - {"rate_limited", "gateway_unavailable"}))
async def test_refusal_by_its_normalised_code_means_that_code(code: str) -> None:
    async with simulated() as side:
        assert (await side.submit(f"tok_refused_{code}")).code == code


@pytest.mark.parametrize("raw_code", ["moonphase", "E9999"])
async def test_raw_code_that_our_table_does_not_know_ends_nothing_until_the_gateway_reports_a_result(
    side: GatewaySide, raw_code: str
) -> None:
    result = await side.submit(f"tok_refused_{raw_code}")
    told = await side.query_status()

    assert (result.kind, result.code, result.raw_code) == (ResultKind.UNKNOWN, "unknown_error", raw_code)
    assert (told.kind, told.code, told.raw_code) == (ResultKind.FAILED, "unknown_error", raw_code)


async def test_repeated_submission_under_one_attempt_moves_money_once(side: GatewaySide) -> None:
    results = await side.submit_at_once(16)

    assert {result.kind for result in results} == {ResultKind.SUCCEEDED}
    assert len({result.gateway_refund_id for result in results}) == 1
    account = await side.account()
    assert (account.moved, len(account.movements)) == (60, 1)


async def test_key_is_forgotten_after_its_lifetime_and_then_moves_money_again(side: GatewaySide) -> None:
    first = await side.submit(amount=40)
    side.advance(KEY_LIFETIME_S + 1)
    again = await side.submit(amount=40)

    assert (first.kind, again.kind) == (ResultKind.SUCCEEDED, ResultKind.SUCCEEDED)
    assert first.gateway_refund_id != again.gateway_refund_id
    assert (await side.account()).moved == 80


async def test_attempt_that_the_gateway_knows_with_another_body_is_asked_for_and_not_failed(side: GatewaySide) -> None:
    """Its money has moved under the first body: a refusal would give the amount to somebody else."""
    await side.submit()
    result = await side.submit(amount=50)

    assert result.kind is ResultKind.UNKNOWN
    assert result.raw_code == "idempotency_key_reused"


async def test_late_failure_is_found_by_asking_and_brings_the_money_back(side: GatewaySide) -> None:
    await side.submit("tok_late_failure")
    side.advance(HOUR_S)
    told = await side.query_status()

    account = await side.account()
    assert (told.kind, told.code, told.raw_code) == (ResultKind.FAILED, "account_closed", "R02")
    assert (account.moved, [movement.amount for movement in account.movements]) == (0, [60, -60])


async def test_more_than_is_left_is_refused_by_the_gateway_itself(side: GatewaySide) -> None:
    await side.submit()
    result = await side.submit(attempt_id="att_2")

    assert (result.kind, result.code) == (ResultKind.REFUSED, "amount_exceeds_remaining")


async def test_what_is_pending_is_no_longer_left(side: GatewaySide) -> None:
    await side.submit("tok_pending")
    result = await side.submit(attempt_id="att_2")

    assert (result.kind, result.code) == (ResultKind.REFUSED, "amount_exceeds_remaining")
    assert (await side.account()).moved == 0


async def test_refund_in_another_currency_is_refused(side: GatewaySide) -> None:
    await side.submit(amount=10)

    result = await side.gateway.submit(a_submission(attempt_id="att_2", amount=10, currency="EUR"))

    assert (result.kind, result.code) == (ResultKind.REFUSED, "currency_not_supported")


async def test_another_captured_amount_than_before_moves_nothing(side: GatewaySide) -> None:
    await side.submit(amount=10)

    result = await side.gateway.submit(a_submission(attempt_id="att_2", amount=10, captured_amount=200))

    assert (result.kind, result.raw_code) == (ResultKind.UNKNOWN, "invalid_request")
    assert (await side.account()).moved == 10


async def test_metadata_of_the_refund_goes_along(side: GatewaySide) -> None:
    result = await side.gateway.submit(a_submission(metadata={"sandbox": "tok_pending"}))

    assert result.kind is ResultKind.PENDING
