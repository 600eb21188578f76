"""A status has a colour on a terminal that shows colours, and is its word alone everywhere else."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.cli.api_answers import Run

from refunds.cli.views.output import print_table
from refunds.cli.views.refund_views import age_of
from refunds.cli.views.status_style import STATUS_STYLES, status_text
from refunds.domain.payment.states import FINAL, Status

ESCAPE = "\x1b["
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that shows colours."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


def shown(capsys: pytest.CaptureFixture[str], *, is_terminal: bool) -> str:
    """A table with one refund that completed and one that failed."""
    rows = [("ref_1", status_text("completed")), ("ref_2", status_text("failed"))]
    print_table(("refund", "status"), rows, is_terminal=is_terminal)
    return capsys.readouterr().out


def test_statuses_are_coloured_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    done, failed = shown(capsys, is_terminal=True).splitlines()[3:5]

    assert f"{ESCAPE}32mcompleted" in done
    assert f"{ESCAPE}1;31mfailed" in failed


def test_pipe_has_no_colours_whatever_the_environment_asks_for(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, is_terminal=False)

    assert ESCAPE not in out
    assert "completed" in out


def test_terminal_without_colours_shows_the_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    out = shown(capsys, is_terminal=True)

    assert "completed" in out
    assert not [code for code in ("32m", "31m", "33m", "36m") if code in out]


@pytest.mark.parametrize("words", [("get", "ref_1"), ("list",), ("events", "ref_1"), ("why", "ref_1")])
def test_output_for_programs_and_pipes_has_no_colours(run: Run, words: tuple[str, ...]) -> None:
    assert ESCAPE not in run("refund", *words).out
    assert ESCAPE not in run("refund", *words, "--json").out


def test_every_status_has_a_colour_and_no_failure_has_that_of_a_success() -> None:
    success = STATUS_STYLES[Status.COMPLETED]

    assert set(STATUS_STYLES) == {status.value for status in Status}
    assert [status for status in FINAL if STATUS_STYLES[status] == success] == [Status.COMPLETED]
    assert status_text("on_hold").style == ""


@pytest.mark.parametrize(
    ("ago", "age"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(days=3, hours=4, minutes=59), "3 d 4 h"),
        (timedelta(seconds=-5), "0 min"),
    ],
)
def test_age_has_its_two_largest_units(ago: timedelta, age: str) -> None:
    assert age_of(NOW - ago, NOW) == age


def test_queue_of_approvals_shows_age_requester_and_reason(run: Run) -> None:
    heads, _, row = run("refund", "list", "--status", "pending_approval").out.splitlines()[1:4]

    assert heads.split() == ["refund", "amount", "waits", "requester", "reason", "merchant", "payment"]
    assert " d " in row
    assert row.split()[-4:] == ["developer", "duplicate", "mer_1", "pay_1"]
