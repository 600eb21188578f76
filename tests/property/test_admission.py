"""Admission by the measured rate of answers, against a virtual server that answers in order, in virtual time."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from refunds.kit.admission import OVERDRAFT_MAX, SHARE_OF_FREE, Admission

STEP_S = 0.01
SETTLED_S = 6.0
WAIT_MAX_S = 0.5
ALWAYS_MAX = 64

demands = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(1.0, 4_000.0), min_size=1)
capacities = st.floats(100.0, 1_500.0)


@dataclass
class VirtualServer:
    """Answers `per_s` requests per second in order; `demand` is what each tenant asks for per second."""

    per_s: float
    admission: Admission = field(default_factory=lambda: Admission(wait_max_s=WAIT_MAX_S, always_max=ALWAYS_MAX))
    now_s: float = 0.0
    answered: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    wait_max_s: float = 0.0
    _queue: deque[tuple[str, float]] = field(default_factory=deque)
    _owed: dict[str, float] = field(default_factory=dict)
    _able: float = 0.0

    def run(self, demand: Mapping[str, float], seconds: float) -> None:
        """Runs for that many seconds, and counts anew."""
        self.answered, self.refused, self.wait_max_s = dict.fromkeys(demand, 0), 0, 0.0
        for _ in range(round(seconds / STEP_S)):
            self.now_s += STEP_S
            self._arrive(demand)
            self._answer()

    def _arrive(self, demand: Mapping[str, float]) -> None:
        for tenant, per_s in demand.items():
            self._owed[tenant] = self._owed.get(tenant, 0.0) + per_s * STEP_S
        while any(owed >= 1 for owed in self._owed.values()):
            self._owed = dict(rotated(self._owed))
            for tenant, owed in self._owed.items():
                if owed < 1:
                    continue
                self._owed[tenant] -= 1
                if self.admission.refusal(tenant, self.now_s) is None:
                    self.admission.begin(tenant)
                    self._queue.append((tenant, self.now_s))
                else:
                    self.refused += 1

    def _answer(self) -> None:
        self._able = min(self._able, 1.0) + self.per_s * STEP_S
        while self._queue and self._able >= 1:
            self._able -= 1
            tenant, began_s = self._queue.popleft()
            self.admission.end(tenant, self.now_s)
            self.answered[tenant] = self.answered.get(tenant, 0) + 1
            self.wait_max_s = max(self.wait_max_s, self.now_s - began_s)


def rotated(owed: Mapping[str, float]) -> list[tuple[str, float]]:
    """Returns the items with the first one at the end, so that no tenant always comes first."""
    first, *rest = owed.items()
    return [*rest, first]


def max_min_shares(demand: Mapping[str, float], per_s: float) -> dict[str, float]:
    """Returns each tenant's max-min fair part of `per_s`: the least demands are served first."""
    shares, left = {}, per_s
    for served, (tenant, wanted) in enumerate(sorted(demand.items(), key=lambda one: one[1])):
        shares[tenant] = min(wanted, left / (len(demand) - served))
        left -= shares[tenant]
    return shares


@given(st.floats(0.001, 1e6), st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 10)), max_size=47))
def test_a_process_with_few_requests_in_progress_refuses_none(
    rate_per_s: float, begun: list[tuple[str, float]]
) -> None:
    admission = Admission(wait_max_s=WAIT_MAX_S, always_max=ALWAYS_MAX, rate_per_s=rate_per_s)

    for tenant, at_s in begun:
        assert admission.refusal(tenant, at_s) is None
        admission.begin(tenant)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(capacities, st.floats(0.05, 0.9))
def test_demand_below_the_capacity_is_never_refused(per_s: float, share: float) -> None:
    server = VirtualServer(per_s)

    server.run({"a": per_s * share}, SETTLED_S)

    assert server.refused == 0


@settings(max_examples=8, deadline=None, derandomize=True)
@given(capacities, demands)
def test_no_admitted_request_waits_much_longer_than_the_limit(per_s: float, demand: dict[str, float]) -> None:
    server = VirtualServer(per_s)
    server.run(demand, SETTLED_S)

    server.run(demand, SETTLED_S)

    assert server.wait_max_s <= OVERDRAFT_MAX * max(WAIT_MAX_S, ALWAYS_MAX / per_s) + 0.1
    assert sum(server.answered.values()) >= 0.95 * min(per_s, sum(demand.values())) * SETTLED_S - 2


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.floats(400.0, 1_500.0), demands)
def test_each_tenant_gets_nine_tenths_of_its_fair_share(per_s: float, demand: dict[str, float]) -> None:
    server = VirtualServer(per_s)
    server.run(demand, SETTLED_S)

    server.run(demand, SETTLED_S)

    for tenant, share in max_min_shares(demand, per_s).items():
        assert server.answered[tenant] >= 0.9 * share * SETTLED_S - 6, tenant


@settings(max_examples=8, deadline=None, derandomize=True)
@given(capacities, st.floats(1.0, 10.0))
def test_after_a_standstill_the_capacity_is_found_again_in_seconds(per_s: float, seconds: float) -> None:
    server = VirtualServer(0.0)
    server.run({"a": 2 * per_s}, seconds)

    server.per_s = per_s
    server.run({"a": 2 * per_s}, 5.0)
    server.run({"a": 2 * per_s}, 1.0)

    assert server.answered["a"] >= 0.95 * per_s - 2
    assert server.admission.room >= 0.7 * per_s * WAIT_MAX_S


@settings(max_examples=8, deadline=None, derandomize=True)
@given(capacities, demands)
def test_two_seconds_after_an_overload_a_light_load_is_not_refused(per_s: float, demand: dict[str, float]) -> None:
    server = VirtualServer(per_s)
    server.run(demand, SETTLED_S)
    light = {"z": per_s / 10}
    server.run(light, 2.0 + ALWAYS_MAX / per_s)

    server.run(light, 2.0)

    assert server.refused == 0
    assert server.wait_max_s <= 2 * STEP_S + 1 / per_s


def test_a_tenant_alone_leaves_a_quarter_of_the_room() -> None:
    server = VirtualServer(1_000.0)

    server.run({"a": 10_000.0}, SETTLED_S)

    kept = server.admission.room / (1 + SHARE_OF_FREE)
    assert abs(server.admission.room - server.admission.in_progress - kept) <= 0.1 * server.admission.room
