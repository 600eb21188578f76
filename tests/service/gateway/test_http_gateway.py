"""The HTTP gateway against the real sandbox and against gateways gone strange: what it says of every answer."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.service.gateway.http_gateway_at import gateway_at
from tests.service.gateway.sandbox_process import Sandbox, free_port, running
from tests.support.copies import replace
from tests.support.gateway.gateway_sides import a_submission
from tests.support.gateway.raw_gateway import full_backlog, http, silent, strange

from refunds.adapters.gateways.answers import SANDBOX, ResponseProfile
from refunds.domain.attempt.result_recording import GatewayResult, ResultKind

QUICK_S = 0.4
"""Long enough for a loopback answer, short enough to wait for one that never comes."""


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox whose delays end only when its clock is advanced."""
    with running(tmp_path / "books", RETRY_AFTER_S="7", HOLD_MS="600000") as started:
        yield started


def counting(exponents: dict[str, int]) -> ResponseProfile:
    """The sandbox's dialect but for its digits."""
    return replace(SANDBOX, exponents=exponents)


async def submitted(
    sandbox: Sandbox, token: str = "tok_ok", *, timeout_s: float = 10.0, **changed: Any
) -> GatewayResult:
    """The word on one submission."""
    async with gateway_at(sandbox.url, timeout_s=timeout_s) as gateway:
        return await gateway.submit(a_submission(token, **changed))


async def asked(sandbox: Sandbox, attempt_id: str = "att_1") -> GatewayResult:
    """The word on one question."""
    async with gateway_at(sandbox.url) as gateway:
        return await gateway.query_status(attempt_id, "mer_1")


# --- against the sandbox -------------------------------------------------------------------------


async def test_answer_that_is_too_slow_is_lost_and_not_failed(sandbox: Sandbox) -> None:
    result = await submitted(sandbox, "tok_slow", timeout_s=QUICK_S)

    assert result.kind is ResultKind.UNKNOWN
    assert (await asked(sandbox)).kind is ResultKind.SUCCEEDED


async def test_every_refusal_is_normalised_as_the_gateway_means_it_and_its_raw_code_is_kept(sandbox: Sandbox) -> None:
    known = sandbox.client.get("/error-codes").json()["data"]
    others = ("rate_limited", "gateway_unavailable", "unknown_error")
    refusals = [one for one in known if one["normalised"] not in others]

    async with gateway_at(sandbox.url) as gateway:
        for number, one in enumerate(refusals):
            attempt_id = f"att_{number}"
            result = await gateway.submit(a_submission(f"tok_refused_{one['raw_code']}", attempt_id))
            told = await gateway.query_status(attempt_id, "mer_1")

            assert (result.kind, result.code, result.raw_code) == (
                ResultKind.REFUSED,
                one["normalised"],
                one["raw_code"],
            )
            assert (told.kind, told.code, told.raw_code) == (ResultKind.FAILED, one["normalised"], one["raw_code"])
    assert sandbox.books()["moved"] == 0
    assert len(refusals) > 15


async def test_wrong_api_key_moves_nothing_and_fails_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "books", API_KEY="right") as sandbox:
        async with gateway_at(sandbox.url, api_key="wrong") as gateway:
            result, told = await gateway.submit(a_submission()), await gateway.query_status("att_1", "mer_1")
        async with gateway_at(sandbox.url, api_key="right") as gateway:
            good = await gateway.submit(a_submission())

    assert (result.kind, told.kind, good.kind) == (ResultKind.UNKNOWN, ResultKind.UNKNOWN, ResultKind.SUCCEEDED)


async def test_one_hundred_at_once_share_few_connections(sandbox: Sandbox) -> None:
    async with gateway_at(sandbox.url, connections_max=4) as gateway:
        results = await asyncio.gather(
            *(gateway.submit(a_submission(attempt_id=f"att_{n}", amount=1)) for n in range(100))
        )

    assert {result.kind for result in results} == {ResultKind.SUCCEEDED}
    assert sandbox.books()["moved"] == 100


# --- amounts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("currency", "amount"), [("JPY", 5_800), ("KWD", 5_801), ("USD", 5_800)])
async def test_minor_units_go_out_and_come_back_as_they_are(sandbox: Sandbox, currency: str, amount: int) -> None:
    result = await submitted(sandbox, amount=amount, captured_amount=6_000, currency=currency)

    assert (result.kind, result.amount, result.currency) == (ResultKind.SUCCEEDED, amount, currency)
    assert sandbox.books()["moved"] == amount


@pytest.mark.parametrize(
    ("currency", "digits", "ours", "theirs"),
    [("JPY", 2, 5_800, 580_000), ("KWD", 2, 5_800, 580), ("ISK", 2, 58, 5_800)],
)
async def test_gateway_that_counts_in_other_digits_gets_and_reports_the_same_money(
    sandbox: Sandbox, currency: str, digits: int, ours: int, theirs: int
) -> None:
    async with gateway_at(sandbox.url, response_profile=counting({currency: digits})) as gateway:
        result = await gateway.submit(a_submission(amount=ours, captured_amount=ours, currency=currency))
        told = await gateway.query_status("att_1", "mer_1")

    assert sandbox.books()["moved"] == theirs
    assert (result.kind, result.amount, told.kind, told.amount) == (
        ResultKind.SUCCEEDED,
        ours,
        ResultKind.SUCCEEDED,
        ours,
    )


async def test_amount_with_more_digits_than_the_gateways_is_refused_and_never_rounded(sandbox: Sandbox) -> None:
    async with gateway_at(sandbox.url, response_profile=counting({"KWD": 2})) as gateway:
        result = await gateway.submit(a_submission(amount=5_801, captured_amount=6_000, currency="KWD"))

    assert (result.kind, result.code) == (ResultKind.REFUSED, "currency_not_supported")
    assert (await asked(sandbox)).kind is ResultKind.NOT_FOUND


async def test_order_that_cannot_be_built_for_any_other_reason_is_loud_and_ends_no_refund(sandbox: Sandbox) -> None:
    """A defect of ours, a currency that left our table here, is no word of a gateway."""
    async with gateway_at(sandbox.url, response_profile=counting({"XTS": 2})) as gateway:
        with capture_logs() as logged:
            result = await gateway.submit(a_submission(currency="XTS"))

    assert (result.kind, result.is_sent, result.raw_code) == (ResultKind.UNAVAILABLE, False, "not_built")
    assert [(line["event"], line["log_level"]) for line in logged] == [("gateway.order_not_built", "error")]
    assert (await asked(sandbox)).kind is ResultKind.NOT_FOUND


async def test_currency_that_left_our_table_goes_out_and_comes_back_as_it_is(sandbox: Sandbox) -> None:
    result = await submitted(sandbox, currency="XTS")

    assert (result.kind, result.amount, result.currency) == (ResultKind.SUCCEEDED, 60, "XTS")


# --- gateways gone strange -----------------------------------------------------------------------


async def test_refused_connection_is_known_not_to_be_sent() -> None:
    async with gateway_at(f"http://127.0.0.1:{free_port()}") as gateway:
        result, told = await gateway.submit(a_submission()), await gateway.query_status("att_1", "mer_1")

    assert (result.kind, result.code) == (ResultKind.UNAVAILABLE, "gateway_unavailable")
    assert told.kind is ResultKind.UNKNOWN


async def test_submission_that_found_no_free_connection_in_time_is_known_not_to_be_sent() -> None:
    """The first holds the only connection and was sent; the second never left."""
    async with silent() as other, gateway_at(other.url, timeout_s=QUICK_S, connections_max=1) as gateway:
        results = await asyncio.gather(
            *(gateway.submit(a_submission(attempt_id=attempt_id)) for attempt_id in ("att_1", "att_2"))
        )

        assert [result.kind for result in results] == [ResultKind.UNKNOWN, ResultKind.UNAVAILABLE]
        assert len(other.asked) == 1


async def test_gateway_that_takes_no_connection_in_time_was_not_sent_to_however_short_the_time_is() -> None:
    async with full_backlog() as url, gateway_at(url, timeout_s=QUICK_S) as gateway:
        assert (await gateway.submit(a_submission())).kind is ResultKind.UNAVAILABLE


async def test_hung_up_connection_is_lost() -> None:
    async with strange(b"") as other, gateway_at(other.url) as gateway:
        assert (await gateway.submit(a_submission())).kind is ResultKind.UNKNOWN
        assert len(other.asked) == 1


GOOD = b'{"status": "succeeded", "gateway_refund_id": "x_1", "reference": "att_1", "amount": 60, "currency": "USD"}'


@pytest.mark.parametrize("payment_id", ["..", ".", "..."])
async def test_payment_id_that_would_change_the_address_is_never_sent(payment_id: str) -> None:
    async with strange(http(200, GOOD)) as other, gateway_at(other.url) as gateway:
        result = await gateway.submit(a_submission(gateway_payment_id=payment_id))

        assert (result.kind, result.code, other.asked) == (ResultKind.REFUSED, "payment_not_found", [])


async def test_payment_id_with_signs_of_addresses_stays_one_part_of_the_path() -> None:
    async with strange(http(200, GOOD)) as other, gateway_at(other.url) as gateway:
        await gateway.submit(a_submission(gateway_payment_id="../refunds?x=#/"))

        assert other.asked[0].startswith(b"POST /payments/..%2Frefunds%3Fx=%23%2F/refunds HTTP/1.1")


@pytest.mark.parametrize("payment_id", ["a/b", "a+b", "a=b#c", "%2F", "a?b&c", "a//b/refunds", "/x/", '"{}|^`~<>\\'])
async def test_payment_is_refunded_whatever_printable_signs_its_gateway_names_it_by(
    sandbox: Sandbox, payment_id: str
) -> None:
    result = await submitted(sandbox, gateway_payment_id=payment_id)

    assert result.kind is ResultKind.SUCCEEDED
    assert sandbox.books(payment_id)["moved"] == 60
