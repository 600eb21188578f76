"""Who fails or hangs at a gateway holds up nobody else, and nothing is lost meanwhile: whole hours in virtual time.

Bounds are computed in docs/decisions/0029.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from tests.support.copies import replace
from tests.support.gateway.gateway_days import TIMEOUT_S, GatewayDay, seconds
from tests.support.virtual_time import run_in_virtual_time

from refunds.domain.attempt.retry_policy import sent_count
from refunds.domain.payment.payment import Refund

SLOW_S = TIMEOUT_S / 4 + 0.5
"""What hangs gives its place back after a quarter of the time-out, seen a quarter of a second later."""

ANSWER_S = 0.02


def run(work: Coroutine[Any, Any, None]) -> None:
    """In virtual time."""
    run_in_virtual_time(work)


def payments_of(day: GatewayDay, *refunds: Refund) -> set[str]:
    """Ids of the payments that hold them."""
    ids = {refund.id for refund in refunds}
    return {payment.id for payment in day.payments.all() for refund in payment.refunds if refund.id in ids}


@pytest.mark.parametrize("is_hinted", [True, False])
@pytest.mark.parametrize(("way", "calls_per_rest_max"), [("is_turned_away", 4), ("is_away", 2), ("hangs", 4)])
def test_work_that_rests_is_not_touched_and_is_taken_up_at_once_when_a_probe_succeeds(
    way: str, calls_per_rest_max: int, *, is_hinted: bool
) -> None:
    passed_s = 12 if is_hinted else 60

    async def minutes() -> None:
        ways = {"mer_eve": way}
        day = GatewayDay(ways.__getitem__)
        async with day.running():
            for _ in range(60):
                await day.refund("mer_eve")
            await asyncio.sleep(40)
            held_back = [await day.refund("mer_eve", is_hinted=is_hinted) for _ in range(40 if is_hinted else 200)]
            day.payments.writes.clear()
            calls_before = len(day.gateway.calls)
            await asyncio.sleep(passed_s)
            calls = len(day.gateway.calls) - calls_before
            tried = {attempt for _, _, attempt in day.gateway.calls}
            untried = [refund for refund in held_back if refund.attempts[0].id not in tried]
            written = payments_of(day, *untried) & set(day.payments.writes)
            ways["mer_eve"] = "goes_well"
            began_s = seconds()
            await day.ended(*untried, within_s=TIMEOUT_S + 5)

            assert calls <= calls_per_rest_max * (passed_s / 2.0 + 1)
            assert untried
            assert written == set()
            assert seconds() - began_s < (TIMEOUT_S + 4 if way == "hangs" else 4)

    run(minutes())


@pytest.mark.parametrize("is_warm", [False, True])
def test_refunds_of_others_go_on_beside_forty_merchants_whose_refunds_time_out(*, is_warm: bool) -> None:
    """Also where all forty were well a moment ago, and so had many calls at once."""

    async def minutes() -> None:
        way = {"bad": "goes_well" if is_warm else "hangs"}
        day = GatewayDay(lambda merchant: way["bad"] if merchant.startswith("mer_bad") else "goes_well")
        async with day.running():
            for _ in range(3 if is_warm else 0):
                for number in range(40):
                    await day.refund(f"mer_bad_{number}")
            await asyncio.sleep(2)
            way["bad"] = "hangs"
            for number in range(40):
                for _ in range(7):
                    await day.refund(f"mer_bad_{number}")
            others = []
            for number in range(120):
                others.append(await day.refund(f"mer_good_{number % 4}"))
                await asyncio.sleep(0.25)
            await day.ended(*others, within_s=TIMEOUT_S)

            waited = sorted(day.waited_s(*others))
            assert waited[-1] <= SLOW_S
            assert waited[len(waited) // 2] == pytest.approx(ANSWER_S)

    run(minutes())


def test_new_merchant_is_served_within_ten_seconds_while_the_gateway_turns_thirty_others_away() -> None:
    """Nobody succeeds: the gateway rests for all who are not known to be well, but for probes."""

    async def minutes() -> None:
        day = GatewayDay(lambda merchant: "is_turned_away" if merchant.startswith("mer_bad") else "goes_well")
        async with day.running():
            for _ in range(8):
                for number in range(30):
                    await day.refund(f"mer_bad_{number}")
            await asyncio.sleep(12)
            assert day.breaker.is_doubted
            hinted = await day.refund("mer_new")
            await day.ended(hinted, within_s=TIMEOUT_S)
            assert not day.breaker.is_doubted

    run(minutes())


def test_refund_that_only_times_out_ends_after_its_submissions_within_the_bound_and_names_why() -> None:
    """Each try costs its time-out in one of 64 places, and the waits of its own ladder; see the decision."""

    async def an_hour() -> None:
        day = GatewayDay(lambda _: "hangs")
        limits = day.config_cache.limits(("platform",), day.clock.now())
        ladder_s = sum(limits.gateway_status_ask_delay_s * 2**asks for asks in range(limits.gateway_attempts_max))
        calls_s = limits.gateway_attempts_max * (TIMEOUT_S + 2.5)
        queue_s = limits.gateway_attempts_max * 120 * (TIMEOUT_S + 2.5) / 64
        async with day.running():
            bad = [await day.refund(f"mer_{number % 40}") for number in range(120)]
            await day.ended(*bad, within_s=ladder_s + calls_s + queue_s)

        found = [day.present(refund) for refund in bad]
        assert {sent_count(refund.attempts[0]) for refund in found} == {limits.gateway_attempts_max}
        assert {refund.attempts[0].unsent for refund in found} <= {0, 1}, "only a first try that was held back"
        assert {(r.status.value, r.status_reason.code) for r in found if r.status_reason} == {
            ("failed", "gateway_unavailable")
        }

    run(an_hour())


def test_question_is_asked_while_submissions_of_the_merchant_rest() -> None:
    """In its turn among her own work: four calls of hers at once, each for its time-out and a rest."""

    async def minutes() -> None:
        day = GatewayDay(lambda _: "hangs")
        async with day.running():
            first = await day.refund("mer_eve")
            for _ in range(20):
                await day.refund("mer_eve")
            await asyncio.sleep(TIMEOUT_S + 30 + (TIMEOUT_S + 2.5) * 20 / 4)

            assert day.breaker.open_circuits_count("submit") == 1
            assert day.present(first).attempts[0].asks >= 1

    run(minutes())


def test_process_that_begins_anew_knows_no_open_circuit_and_finishes_what_waited() -> None:
    async def minutes() -> None:
        way = ["is_turned_away"]
        day = GatewayDay(lambda _: way[0])
        async with day.running():
            for _ in range(20):
                await day.refund("mer_eve")
            await asyncio.sleep(5)
            held_back = [await day.refund("mer_eve") for _ in range(20)]
            await asyncio.sleep(5)
        way[0] = "goes_well"
        again = GatewayDay(lambda _: way[0], payments=day.payments, asked_at=day.asked_at)
        async with again.running():
            await again.ended(*held_back, within_s=60)

    run(minutes())


def test_hinted_refunds_that_are_delayed_for_days_are_submitted_and_not_only_queried() -> None:
    """No try of theirs was begun, so that no key of theirs can be too old; the gateway takes no connection for days."""

    async def days() -> None:
        way = ["is_away"]
        day = GatewayDay(lambda _: way[0])
        day.breaker.rest_s = 3_600.0
        day.loops.settings = replace(day.loops.settings, sweep_pause_s=600.0, look_pause_s=5.0)
        async with day.running():
            for _ in range(50):
                await day.refund("mer_eve")
            await asyncio.sleep(1)
            held_back = [await day.refund("mer_eve") for _ in range(10)]
            day.payments.writes.clear()
            await asyncio.sleep(60)
            writes = [payment_id for payment_id in day.payments.writes if payment_id in payments_of(day, *held_back)]
            await asyncio.sleep(26 * 3_600)
            way[0] = "goes_well"
            await day.ended(*held_back, within_s=7_200)

            assert len(writes) <= len(held_back), "one each, within the lease of the hint"
            assert {day.present(refund).status.value for refund in held_back} == {"completed"}

    run(days())
