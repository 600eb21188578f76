"""The circuit breaker: a gateway that is away rests as a whole, one that turns a merchant away rests for her alone."""

from refunds.adapters.gateways.circuit_breaker import CircuitBreaker, Heard

EVE = "mer_eve"


class Seconds:
    """A clock that is told the time."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def a_breaker(seconds: Seconds, merchants_max: int = 100) -> CircuitBreaker:
    """Three failures open it for ten seconds; three merchants are everybody; one probe a rest."""
    return CircuitBreaker(
        seconds=seconds, failures_max=3, rest_s=10.0, merchants_min=3, merchants_max=merchants_max, probes_per_rest=2
    )


def fail(breaker: CircuitBreaker, *merchants: str, word: Heard = Heard.TURNED_AWAY, operation: str = "submit") -> None:
    """A failure of each of them, one after another."""
    for merchant in merchants:
        breaker.record(operation, merchant, word)


def test_it_opens_at_its_bound_and_not_one_before() -> None:
    breaker = a_breaker(Seconds())

    fail(breaker, EVE, EVE)
    before = breaker.may_call("submit", EVE)
    fail(breaker, EVE)

    assert before
    assert not breaker.may_call("submit", EVE)


def test_who_is_turned_away_rests_alone_however_often() -> None:
    """A merchant's own data brings 503 about: nobody else's refunds wait for that."""
    breaker = a_breaker(Seconds())

    fail(breaker, *[EVE] * 500)

    assert breaker.may_call("submit", "mer_bob")
    assert not breaker.is_open("submit")
    assert breaker.merchants_resting("submit") == 1


def test_gateway_that_cannot_be_reached_rests_as_a_whole() -> None:
    breaker = a_breaker(Seconds())

    fail(breaker, EVE, EVE, EVE, word=Heard.AWAY)

    assert not breaker.may_call("submit", "mer_bob")
    assert breaker.is_open("submit")


def test_gateway_that_turns_everybody_away_rests_as_a_whole() -> None:
    breaker = a_breaker(Seconds())

    fail(breaker, "mer_1", "mer_2", "mer_2")
    two_of_them = breaker.is_open("submit")
    fail(breaker, "mer_3")

    assert not two_of_them
    assert not breaker.may_call("submit", "mer_4")


def test_success_of_anyone_closes_the_gateway_and_not_the_other_merchants_own_rest() -> None:
    breaker = a_breaker(Seconds())

    fail(breaker, EVE, EVE, EVE, "mer_2", "mer_3")
    breaker.record("submit", "mer_bob", Heard.GOOD)

    assert not breaker.is_open("submit")
    assert breaker.may_call("submit", "mer_2")
    assert not breaker.may_call("submit", EVE)


def test_a_success_in_between_begins_the_count_anew() -> None:
    breaker = a_breaker(Seconds())

    fail(breaker, EVE, EVE)
    breaker.record("submit", EVE, Heard.GOOD)
    fail(breaker, EVE, EVE)

    assert breaker.may_call("submit", EVE)


def test_operations_rest_apart() -> None:
    breaker = a_breaker(Seconds())

    fail(breaker, EVE, EVE, EVE, word=Heard.AWAY)

    assert breaker.may_call("ask", EVE)
    assert not breaker.is_open("ask")


def test_after_its_rest_one_call_is_let_through() -> None:
    for word in (Heard.TURNED_AWAY, Heard.AWAY):
        seconds = Seconds()
        breaker = a_breaker(seconds)
        fail(breaker, EVE, EVE, EVE, word=word)

        seconds.now = 9.9
        too_soon = breaker.may_call("submit", EVE)
        seconds.now = 10.0

        assert not too_soon
        assert [breaker.may_call("submit", EVE) for _ in range(3)] == [True, False, False]


def test_a_good_probe_closes_it_and_a_bad_one_makes_it_rest_again() -> None:
    for word in (Heard.TURNED_AWAY, Heard.AWAY):
        seconds = Seconds()
        breaker = a_breaker(seconds)
        fail(breaker, EVE, EVE, EVE, word=word)
        seconds.now = 10.0
        assert breaker.may_call("submit", EVE)

        fail(breaker, EVE, word=word)
        rests_again = not breaker.may_call("submit", EVE)
        seconds.now = 20.0
        assert breaker.may_call("submit", EVE)
        breaker.record("submit", EVE, Heard.GOOD)

        assert rests_again
        assert all(breaker.may_call("submit", EVE) for _ in range(5))


def test_a_probe_that_is_never_heard_of_is_followed_by_another() -> None:
    """A canceled call records nothing; the circuit would stay open until the process ends."""
    for word in (Heard.TURNED_AWAY, Heard.AWAY):
        seconds = Seconds()
        breaker = a_breaker(seconds)
        fail(breaker, EVE, EVE, EVE, word=word)
        seconds.now = 10.0
        assert breaker.may_call("submit", EVE)

        seconds.now = 20.0

        assert breaker.may_call("submit", EVE)


def test_probe_goes_to_another_merchant_also_where_one_asks_all_the_time() -> None:
    seconds = Seconds()
    breaker = a_breaker(seconds)
    fail(breaker, EVE, "mer_2", "mer_3")
    probes: list[str] = []

    for tick in range(1_000):
        seconds.now = 10.0 + tick / 10
        for merchant in [EVE] * 20 + ["mer_bob"] * (tick % 70 == 65):
            if breaker.may_call("submit", merchant):
                probes.append(merchant)
                fail(breaker, merchant)

    assert probes.count("mer_bob") >= 1
    assert len(probes) <= 2 * 100 / 10 + 1, "no more than two a rest reach the gateway"


def test_merchants_kept_in_mind_are_bounded() -> None:
    seconds = Seconds()
    breaker = a_breaker(seconds, merchants_max=4)

    for number in range(100):
        fail(breaker, *[f"mer_{number}"] * 3)
    seconds.now = 10.0
    for number in range(100):
        seconds.now += 10.0
        breaker.may_call("submit", f"mer_{number}")

    assert breaker.merchants_resting("submit") == 4
    assert len(breaker._operations["submit"].probed) == 4
