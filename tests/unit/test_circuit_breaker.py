"""The circuit breaker: opens after failures in a row, probes after a rest, and never stays open for want of news."""

from refunds.adapters.gateways.circuit_breaker import CircuitBreaker


class Seconds:
    """A clock that is told the time."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def a_breaker(seconds: Seconds) -> CircuitBreaker:
    """Three failures open it for ten seconds."""
    return CircuitBreaker(seconds=seconds, failures_max=3, rest_s=10.0)


def fail(breaker: CircuitBreaker, times: int, operation: str = "submit") -> None:
    """So many failures in a row."""
    for _ in range(times):
        breaker.record(operation, is_good=False)


def test_it_opens_at_its_bound_and_not_one_before() -> None:
    breaker = a_breaker(Seconds())

    fail(breaker, 2)
    before = breaker.may_call("submit")
    fail(breaker, 1)

    assert before
    assert not breaker.may_call("submit")
    assert breaker.is_open("submit")


def test_a_success_in_between_begins_the_count_anew() -> None:
    breaker = a_breaker(Seconds())

    fail(breaker, 2)
    breaker.record("submit", is_good=True)
    fail(breaker, 2)

    assert breaker.may_call("submit")


def test_operations_rest_apart() -> None:
    breaker = a_breaker(Seconds())

    fail(breaker, 3)

    assert breaker.may_call("ask")
    assert not breaker.is_open("ask")


def test_after_its_rest_one_call_is_let_through() -> None:
    seconds = Seconds()
    breaker = a_breaker(seconds)
    fail(breaker, 3)

    seconds.now = 9.9
    too_soon = breaker.may_call("submit")
    seconds.now = 10.0

    assert not too_soon
    assert [breaker.may_call("submit") for _ in range(3)] == [True, False, False]


def test_a_good_probe_closes_it_and_a_bad_one_makes_it_rest_again() -> None:
    seconds = Seconds()
    breaker = a_breaker(seconds)
    fail(breaker, 3)
    seconds.now = 10.0
    assert breaker.may_call("submit")

    fail(breaker, 1)
    rests_again = not breaker.may_call("submit")
    seconds.now = 20.0
    assert breaker.may_call("submit")
    breaker.record("submit", is_good=True)

    assert rests_again
    assert all(breaker.may_call("submit") for _ in range(5))


def test_a_probe_that_is_never_heard_of_is_followed_by_another() -> None:
    """A canceled call records nothing; the circuit would stay open until the process ends."""
    seconds = Seconds()
    breaker = a_breaker(seconds)
    fail(breaker, 3)
    seconds.now = 10.0
    assert breaker.may_call("submit")

    seconds.now = 20.0

    assert breaker.may_call("submit")
