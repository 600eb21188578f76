"""Where a refund stands and why, on the command line, and how watching it ends."""

from pathlib import Path

import pytest
from tests.support.http.fake_api import Asked, FakeAnswer, fake_api
from tests.support.processes.command_line import refunds
from tests.unit.cli.api_answers import REFUND, Run


def test_why_shows_state_reason_next_step_and_moment(run: Run) -> None:
    shown = run("refund", "why", "ref_1").out

    for part in ("unknown", "The sandbox did not answer.", "It is asked again.", "2026-03-01 12:00:00 UTC", "gateway"):
        assert part in shown


def test_events_are_shown_in_their_order(run: Run) -> None:
    assert "refund.requested" in run("refund", "events", "ref_1").out


def test_watching_ends_when_the_refund_is_at_its_end(run: Run) -> None:
    ran = run("refund", "watch", "ref_1")

    assert ran.code == 3
    assert "failed (declined)" in ran.out


@pytest.mark.parametrize(
    ("status", "code"),
    [("processing", 0), ("pending_approval", 0), ("completed", 0), ("validation_failed", 3), ("failed", 3)],
)
def test_request_that_ended_without_paying_has_its_own_exit_code(tmp_path: Path, status: str, code: int) -> None:
    def answering(asked: Asked) -> FakeAnswer:
        return FakeAnswer(status=201, body=REFUND | {"status": status})

    with fake_api(answering) as api:
        ran = refunds("refund", "create", "pay_1", "--url", api.url, "--token", "t")

    assert ran.code == code


@pytest.mark.parametrize("word", ["create", "watch"])
def test_exit_codes_are_returned(word: str) -> None:
    assert "3 if the refund ended without paying money back" in " ".join(
        refunds("refund", word, "--help").out.replace("│", " ").split()
    )


def test_watching_as_json_is_one_line_a_change(run: Run) -> None:
    ran = run("refund", "watch", "ref_1", "--json")

    assert ran.document["status"] == "failed"
    assert ran.out.count("\n") == 1
