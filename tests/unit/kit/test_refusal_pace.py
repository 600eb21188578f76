"""Few refusals leave at once. In a flood they leave at a given rate, and none later than the longest pause."""

from hypothesis import given
from hypothesis import strategies as st

from refunds.kit.refusal_pace import RefusalPace

PER_S = 10.0


def test_refusals_that_come_more_slowly_than_they_may_leave_have_no_pause() -> None:
    pace = RefusalPace(pause_max_s=2.0)

    assert [pace.pause_s(now_s, PER_S) for now_s in (5.0, 5.2, 5.4)] == [0.0, 0.0, 0.0]


def test_refusals_that_come_at_once_leave_one_after_another() -> None:
    pace = RefusalPace(pause_max_s=2.0)

    assert [round(pace.pause_s(5.0, PER_S), 3) for _ in range(4)] == [0.0, 0.1, 0.2, 0.3]


@given(st.lists(st.floats(0.0, 0.5), max_size=200), st.floats(0.5, 1_000.0))
def test_no_pause_is_longer_than_the_longest(gaps_s: list[float], per_s: float) -> None:
    pace, now_s = RefusalPace(pause_max_s=2.0), 100.0

    for gap_s in gaps_s:
        now_s += gap_s
        assert 0.0 <= pace.pause_s(now_s, per_s) <= 2.0 + 1e-9
