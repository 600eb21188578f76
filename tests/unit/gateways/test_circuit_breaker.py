"""The circuit breaker: a gateway that is away rests as a whole, one that turns a merchant away rests for her alone."""

import pytest

from refunds.adapters.gateways.circuit_breaker import Allowance, CallOutcome, CircuitBreaker

EVE = "mer_eve"
PROBES = Allowance(2, is_suspect=True)
REST_S = 10.0


class Seconds:
    """A clock that is told the time."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def a_breaker(seconds: Seconds, merchants_max: int = 100) -> CircuitBreaker:
    """Three failures of a merchant, or of three of them, rest ten seconds; three probes a rest, two of a merchant."""
    return CircuitBreaker(
        seconds=seconds,
        failures_max=3,
        rest_s=REST_S,
        probes_max=2,
        away_max=3,
        merchants_min=3,
        merchants_max=merchants_max,
        probes_per_rest=3,
        probes_in_doubt_per_rest=3,
    )


def fail(
    breaker: CircuitBreaker, *merchants: str, word: CallOutcome = CallOutcome.WITHOUT_RESULT, operation: str = "submit"
) -> None:
    """A failure of each of them, one after another."""
    for merchant in merchants:
        breaker.record(operation, merchant, word)


def may_call(breaker: CircuitBreaker, merchant: str, operation: str = "submit") -> bool:
    """Whether one more call may go out; if so it has gone out."""
    is_allowed = breaker.allowance(operation, merchant).calls_max > 0
    if is_allowed:
        breaker.begin(operation, merchant)
    return is_allowed


def test_merchant_rests_at_her_bound_and_has_only_probes_from_the_first_failure_on() -> None:
    breaker = a_breaker(Seconds())
    before = breaker.allowance("submit", EVE)

    fail(breaker, EVE, EVE)
    failing = breaker.allowance("submit", EVE)
    fail(breaker, EVE)

    assert (before, failing) == (Allowance(2), PROBES)
    assert not may_call(breaker, EVE)
    assert list(breaker.open_circuits()) == [("submit", EVE)]


def test_calls_at_once_grow_with_what_goes_well_and_shrink_when_nothing_has_for_long() -> None:
    seconds = Seconds()
    breaker = a_breaker(seconds)
    for _ in range(30):
        breaker.record("submit", EVE, CallOutcome.GOOD)

    busy = breaker.allowance("submit", EVE)
    seconds.now = 19.9
    a_while_after = breaker.allowance("submit", EVE)
    seconds.now = 20.0
    long_after = breaker.allowance("submit", EVE)

    assert (busy, a_while_after, long_after) == (Allowance(32), Allowance(32), Allowance(2))


def test_who_is_turned_away_rests_alone_however_often() -> None:
    """A merchant's own data brings 503 about: nobody else's refunds wait for that."""
    breaker = a_breaker(Seconds())

    fail(breaker, *[EVE] * 500)

    assert breaker.allowance("submit", "mer_bob") == Allowance(2)
    assert not breaker.is_open
    assert not breaker.is_doubted
    assert breaker.open_circuits_count("submit") == 1


def test_gateway_that_cannot_be_reached_rests_as_a_whole_and_for_every_operation() -> None:
    breaker = a_breaker(Seconds())
    breaker.record("submit", "mer_bob", CallOutcome.GOOD)

    fail(breaker, EVE, EVE, EVE, word=CallOutcome.AWAY)

    assert breaker.is_open
    assert not may_call(breaker, "mer_bob")
    assert not may_call(breaker, "mer_bob", "ask")


def test_gateway_that_turns_everybody_away_rests_for_all_but_those_who_succeeded_last() -> None:
    breaker = a_breaker(Seconds())
    breaker.record("submit", "mer_bob", CallOutcome.GOOD)

    fail(breaker, "mer_1", "mer_2", "mer_2")
    two_of_them = breaker.is_doubted
    fail(breaker, "mer_3")

    assert not two_of_them
    assert not may_call(breaker, "mer_4")
    assert may_call(breaker, "mer_bob")
    assert may_call(breaker, "mer_4", "ask"), "the failures were of submissions"


def test_success_of_anyone_closes_the_gateway_and_not_the_other_merchants_own_rest() -> None:
    breaker = a_breaker(Seconds())

    fail(breaker, EVE, EVE, EVE, "mer_2", "mer_3")
    breaker.record("submit", "mer_bob", CallOutcome.GOOD)

    assert not breaker.is_doubted
    assert may_call(breaker, "mer_2")
    assert not may_call(breaker, EVE)


def test_answered_question_ends_no_doubt_about_submissions() -> None:
    breaker = a_breaker(Seconds())
    fail(breaker, EVE, EVE, EVE, "mer_2", "mer_3")

    breaker.record("ask", EVE, CallOutcome.GOOD)

    assert breaker.is_doubted
    assert not may_call(breaker, EVE)


def test_a_success_in_between_begins_the_count_anew() -> None:
    breaker = a_breaker(Seconds())

    fail(breaker, EVE, EVE)
    breaker.record("submit", EVE, CallOutcome.GOOD)
    fail(breaker, EVE, EVE)

    assert may_call(breaker, EVE)


def test_operations_of_a_merchant_rest_apart() -> None:
    breaker = a_breaker(Seconds())

    fail(breaker, EVE, EVE, EVE)

    assert may_call(breaker, EVE, "ask")
    assert (breaker.open_circuits_count("submit"), breaker.open_circuits_count("ask")) == (1, 0)


def test_after_a_rest_of_her_own_probes_go_out_and_a_failed_one_begins_the_rest_anew() -> None:
    seconds = Seconds()
    breaker = a_breaker(seconds)
    fail(breaker, EVE, EVE, EVE)

    seconds.now = 9.9
    too_soon = breaker.allowance("submit", EVE).calls_max
    seconds.now = REST_S
    in_turn = breaker.allowance("submit", EVE)
    fail(breaker, EVE)

    assert (too_soon, in_turn) == (0, PROBES)
    assert not may_call(breaker, EVE)


@pytest.mark.parametrize("word", [CallOutcome.WITHOUT_RESULT, CallOutcome.AWAY])
def test_after_a_rest_of_the_gateway_so_many_probes_go_out_in_each_rest_and_no_more(word: CallOutcome) -> None:
    seconds = Seconds()
    breaker = a_breaker(seconds)
    fail(breaker, "mer_1", "mer_2", "mer_3", word=word)
    sent = 0

    for tick in range(1_000):
        seconds.now = REST_S + tick / 10
        for number in range(50):
            if may_call(breaker, f"mer_new_{number}"):
                fail(breaker, f"mer_new_{number}", word=word)
                sent += 1

    assert sent == 3 * 100 / REST_S


def test_connection_that_is_made_ends_the_rest_of_a_gateway_that_could_not_be_reached() -> None:
    """Also where the call then fails: that may be the merchant's own, and the next probes would be, too."""
    breaker = a_breaker(Seconds())
    fail(breaker, EVE, EVE, EVE, word=CallOutcome.AWAY)
    before = breaker.reliefs

    fail(breaker, EVE)

    assert not breaker.is_open
    assert breaker.reliefs == before + 1


@pytest.mark.parametrize("word", [CallOutcome.WITHOUT_RESULT, CallOutcome.AWAY])
def test_good_probe_ends_the_rest_at_once_and_is_a_relief(word: CallOutcome) -> None:
    seconds = Seconds()
    breaker = a_breaker(seconds)
    fail(breaker, "mer_1", "mer_2", "mer_3", word=word)
    seconds.now = REST_S
    before = breaker.reliefs

    breaker.record("submit", "mer_1", CallOutcome.GOOD)

    assert breaker.reliefs == before + 1
    assert all(may_call(breaker, "mer_4") for _ in range(50))


def test_good_probe_ends_a_merchants_own_rest_at_once_and_is_a_relief() -> None:
    breaker = a_breaker(Seconds())
    fail(breaker, EVE, EVE, EVE)
    before = breaker.reliefs

    breaker.record("submit", EVE, CallOutcome.GOOD)
    breaker.record("submit", EVE, CallOutcome.GOOD)

    assert breaker.reliefs == before + 1
    assert breaker.allowance("submit", EVE) == Allowance(4)


def test_probe_without_a_result_is_followed_by_others() -> None:
    """A canceled call records nothing; the circuit would stay open until the process ends."""
    seconds = Seconds()
    breaker = a_breaker(seconds)
    fail(breaker, "mer_1", "mer_2", "mer_3", word=CallOutcome.AWAY)
    seconds.now = REST_S
    probes = [may_call(breaker, "mer_1") for _ in range(4)]

    seconds.now = 2 * REST_S

    assert probes == [True, True, True, False]
    assert may_call(breaker, "mer_1")


def test_merchants_kept_in_mind_are_bounded() -> None:
    breaker = a_breaker(Seconds(), merchants_max=4)

    for number in range(100):
        fail(breaker, *[f"mer_{number}"] * 3)
        breaker.record("ask", f"mer_{number}", CallOutcome.GOOD)

    assert breaker.open_circuits_count("submit") == 4
    assert {merchant for _, merchant in breaker.open_circuits()} == {f"mer_{number}" for number in range(96, 100)}
