"""How many requests a tenant may make: exact within a window, told in headers, nobody's limit is another's."""

import re
from dataclasses import dataclass

import pytest

from refunds.runtime.http.problems import Problem
from refunds.runtime.http.rate_limits import SLICE_MAX, RateSettings, TenantRates, WindowCounts


@dataclass
class Seconds:
    """A clock that tests turn."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def admitted(rates: TenantRates, tenant_id: str, tries: int) -> int:
    """How many of the tries get in."""
    count = 0
    for _ in range(tries):
        try:
            rates.admit(tenant_id)
        except Problem:
            continue
        count += 1
    return count


@pytest.mark.parametrize("limit", [1, 2, SLICE_MAX - 1, SLICE_MAX, SLICE_MAX + 1, 3 * SLICE_MAX, 1000])
def test_exactly_the_limit_gets_in_within_a_window(limit: int) -> None:
    seconds = Seconds()
    rates = TenantRates(seconds, RateSettings(window_s=10, tenant_max=limit))

    found = []
    for now in (1_000.0, 1_009.999, 1_010.0, 1_019.999, 1_020.0):
        seconds.now = now
        found.append(admitted(rates, "mer_01", limit + 5))

    assert found == [limit, 0, limit, 0, limit]


def test_window_begins_with_the_first_request_and_not_with_a_refused_one() -> None:
    seconds = Seconds()
    rates = TenantRates(seconds, RateSettings(window_s=10, tenant_max=2))

    admitted(rates, "mer_01", 2)
    seconds.now += 9
    while_refused = admitted(rates, "mer_01", 50)
    seconds.now += 1

    assert (while_refused, admitted(rates, "mer_01", 3)) == (0, 2)


def test_tenant_at_its_limit_takes_nothing_of_another() -> None:
    rates = TenantRates(Seconds(), RateSettings(window_s=10, tenant_max=100, platform_max=500))

    found = [admitted(rates, tenant_id, 1_000) for tenant_id in ("mer_01", "mer_02", "org_01", "platform")]

    assert found == [100, 100, 100, 500]


def test_headers_name_limit_what_is_left_and_when_the_window_ends() -> None:
    seconds = Seconds()
    rates = TenantRates(seconds, RateSettings(window_s=10, tenant_max=100))

    told = []
    for _ in range(100):
        (policy_name, policy), (name, left) = rates.admit("mer_01")
        assert (policy_name, policy, name) == (b"ratelimit-policy", b'"tenant";q=100;w=10', b"ratelimit")
        told.append(left)
        seconds.now += 0.05

    remaining = [int(re.findall(rb"r=(\d+)", left)[0]) for left in told]
    ends = [int(re.findall(rb"t=(\d+)", left)[0]) for left in told]
    assert remaining == list(range(99, -1, -1))
    assert (ends[0], ends[-1]) == (10, 6)


def test_refusal_names_when_to_come_again() -> None:
    seconds = Seconds()
    rates = TenantRates(seconds, RateSettings(window_s=10, tenant_max=1))
    rates.admit("mer_01")
    seconds.now += 2.5

    with pytest.raises(Problem) as refused:
        rates.admit("mer_01")

    headers = dict(refused.value.headers)
    assert (refused.value.kind.status, refused.value.kind.code) == (429, "rate_limit_exceeded")
    assert headers[b"retry-after"] == b"8"
    assert headers[b"ratelimit"] == b'"tenant";r=0;t=8'
    assert headers[b"ratelimit-policy"] == b'"tenant";q=1;w=10'


def test_windows_that_have_ended_are_let_go_of() -> None:
    seconds = Seconds()
    counts = WindowCounts(seconds, windows_max=10)

    for number in range(1_000):
        counts.incr(f"mer_{number}", 1)
        seconds.now += 1

    assert counts.reset() <= 10


def test_storage_counts_as_the_library_asks() -> None:
    seconds = Seconds()
    counts = WindowCounts(seconds)

    assert [counts.incr("a", 10), counts.incr("a", 10, 5), counts.get("a"), counts.get("b")] == [1, 6, 6, 0]
    assert (counts.get_expiry("a"), counts.check()) == (1_010.0, True)
    counts.clear("a")
    assert counts.get("a") == 0
