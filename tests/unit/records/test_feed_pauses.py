"""How long the reader of changes waits between two batches."""

import pytest

from refunds.adapters.mongo.projections.feed import FeedSettings

SETTINGS = FeedSettings(changes_max=100, linger_s=0.2, busy_linger_s=1.0, busy_changes_min=10)


@pytest.mark.parametrize(
    ("changes", "pause_s"), [(0, 0.0), (1, 0.2), (9, 0.2), (10, 1.0), (99, 1.0), (100, 0.0), (101, 0.0)]
)
def test_next_read_waits_longer_after_a_busy_batch_and_not_at_all_after_an_empty_or_a_full_one(
    changes: int, pause_s: float
) -> None:
    assert SETTINGS.pause_s(changes) == pause_s


def test_lists_lag_less_than_two_seconds_by_the_pauses_of_a_reader_that_keeps_up() -> None:
    usual = FeedSettings()

    assert max(usual.pause_s(changes) for changes in range(usual.changes_max + 1)) + usual.linger_s < 2.0
