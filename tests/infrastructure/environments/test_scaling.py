"""A day with a peak of ten times the mean, through the scaling that is planned for production."""

import pytest
from tests.infrastructure.scaling.days import simulated_days
from tests.infrastructure.scaling.load import day
from tests.infrastructure.scaling.policies import Scaling, scaling_of
from tests.infrastructure.scaling.services import PEAK_REFUNDS_PER_MINUTE, work_of
from tests.infrastructure.scaling.simulation import Minute, simulate, turns
from tests.infrastructure.support.access.places import SERVICES
from tests.infrastructure.support.estate import Estate

TURNS_MAX = 1
"""One hill: up, and down again."""
NOISES = range(20)
MINUTES_WAITED_MAX = 1.0


@pytest.fixture(params=SERVICES)
def planned(request: pytest.FixtureRequest, prod: Estate) -> Scaling:
    return scaling_of(prod, request.param)


@pytest.fixture
def minutes(planned: Scaling) -> list[Minute]:
    return simulate(planned, work_of(planned), day())


def test_days_peak_is_ten_times_its_mean() -> None:
    loads = day()

    assert sum(loads) / len(loads) == pytest.approx(1)
    assert max(loads) == pytest.approx(10)


def test_tasks_stay_within_their_bounds(planned: Scaling, minutes: list[Minute]) -> None:
    counts = {minute.running for minute in minutes}

    assert min(counts) == planned.least
    assert planned.least < max(counts) <= planned.most


def test_everything_is_back_at_its_fewest_at_the_days_end(planned: Scaling, minutes: list[Minute]) -> None:
    assert minutes[-1].wanted == planned.least
    assert minutes[-1].waiting == 0


def test_number_of_tasks_does_not_flap(planned: Scaling) -> None:
    """Whatever the noise of the day."""
    flapped = {seed: turns(simulate(planned, work_of(planned), day(seed))) for seed in NOISES}

    assert {seed: count for seed, count in flapped.items() if count > TURNS_MAX} == {}


def test_tasks_are_never_worked_to_the_bone(planned: Scaling, minutes: list[Minute]) -> None:
    busiest = max(minute.arrived / minute.running for minute in minutes)

    if planned.metric == "CPUUtilization":
        assert busiest < 0.9
    elif planned.metric == "RequestCountPerTarget":
        assert busiest < 1.5 * planned.out.threshold


def test_no_hint_waits_longer_than_a_minute(prod: Estate) -> None:
    scaling = scaling_of(prod, "request-manager")
    work = work_of(scaling)

    minutes = simulate(scaling, work, day())

    assert max(each.arrived for each in minutes) == pytest.approx(PEAK_REFUNDS_PER_MINUTE)
    assert max(each.waiting / (each.running * work.task_does) for each in minutes) < MINUTES_WAITED_MAX


def test_every_service_is_simulated(prod: Estate) -> None:
    assert [scaling.service for scaling in simulated_days(prod)] == list(SERVICES)
