"""The simulated gateway's bad habits: what it answers and reports, beside what its books say."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from refunds.adapters.gateways.answers import HttpAnswer
from refunds.adapters.memory.gateway.gateway_habits import Habits
from refunds.adapters.memory.gateway.gateway_server import SimulatedGateway
from refunds.adapters.memory.gateway.gateway_wire import FAILED, SUCCEEDED, GatewayWebhook
from refunds.ports.gateway.gateway import Submission

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORDER = Submission(
    attempt_id="att_1",
    merchant_id="mer_1",
    gateway_payment_id="gp_1",
    amount=400,
    captured_amount=1_000,
    currency="USD",
    token="",
    metadata={},
)


class Place:
    """A gateway with a clock that stands still until a test moves it, and all that it reported."""

    def __init__(self, habits: Habits) -> None:
        self.at = NOON
        self.reported: list[dict[str, Any]] = []
        self.server = SimulatedGateway(now=lambda: self.at, seeded_random=Random(1), habits=habits)
        self.server.on_webhook = self._report

    def _report(self, webhook: GatewayWebhook) -> None:
        self.reported.append(json.loads(webhook.body)["data"])

    def wait(self) -> None:
        """Until everything that the gateway planned has happened."""
        while (due := self.server.due_at()) is not None:
            self.at = due
            self.server.advance()

    @property
    def moved(self) -> int:
        return self.server.payments["gp_1"].moved


def body_of(answer: HttpAnswer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.body)
    return found


def test_a_misreported_refund_stays_as_it_is_in_the_books() -> None:
    place = Place(Habits(misreport=1.0))

    place.server.submit(ORDER)
    place.wait()

    assert [report["status"] for report in place.reported] == [FAILED]
    assert body_of(place.server.query_status("att_1"))["status"] == SUCCEEDED
    assert place.moved == 400


def test_a_fickle_refund_moves_its_money_with_each_change() -> None:
    place = Place(Habits(fickle=1.0))

    place.server.submit(ORDER)
    place.wait()

    statuses = [report["status"] for report in place.reported]
    assert statuses[0] == FAILED
    assert all(first != second for first, second in pairwise(statuses))
    assert place.moved == (400 if statuses[-1] == SUCCEEDED else 0)


def test_a_refusal_that_is_not_stored_leaves_the_key_free() -> None:
    place = Place(Habits(refuse_unstored=1.0))

    refused = place.server.submit(ORDER)
    place.server.habits = Habits()
    taken = place.server.submit(ORDER)

    assert (refused.status, taken.status) == (402, 201)
    assert place.moved == 400


@pytest.mark.parametrize(
    ("habits", "name", "told"),
    [(Habits(misquote=1.0), "amount", 401), (Habits(idless=1.0), "gateway_refund_id", None)],
    ids=["misquote", "idless"],
)
def test_a_first_answer_may_be_wrong_where_a_status_query_is_right(habits: Habits, name: str, told: int | None) -> None:
    place = Place(habits)

    first = place.server.submit(ORDER)

    assert body_of(first).get(name) == told
    assert body_of(place.server.query_status("att_1"))[name] in (400, "gr_00000001")


def test_a_forgetful_gateway_names_our_reference_from_the_second_webhook_on() -> None:
    place = Place(Habits(forgetful=1.0, webhook_first=1.0, late_failure=1.0))

    place.server.submit(ORDER)
    place.wait()

    assert [report.get("reference") for report in place.reported] == [None, "att_1"]


def test_what_people_refund_may_change_later_like_any_other_refund() -> None:
    place = Place(Habits(late_failure=1.0, delay_s=60.0))
    place.server.capture("gp_1", 1_000, "USD")

    place.server.refund_by_people("gp_1", 300)
    before = place.moved
    place.wait()

    assert (before, place.moved) == (300, 0)
    assert place.at - NOON <= timedelta(seconds=61)
