"""A gateway that treats the refunds of one payment as a situation has arranged."""

import json
from random import Random

import pytest

from refunds.adapters.memory.gateway.gateway_habits import Habits
from refunds.adapters.memory.gateway.gateway_wire import FAILED, SUCCEEDED, GatewayWebhook
from refunds.ports.gateway.gateway import Submission
from refunds_simulation.machine.loop import SimLoop
from refunds_simulation.product.arranged_gateway import ArrangedGateway, Arrangement, arranged_gateway

BEHIND_S = 60.0


def order(payment: str = "gp_1") -> Submission:
    """An order for a refund of that payment."""
    return Submission(
        attempt_id=f"att_{payment}",
        merchant_id="mer_1",
        gateway_payment_id=payment,
        amount=400,
        captured_amount=1_000,
        currency="USD",
        token="",
        metadata={},
    )


class Place:
    """A gateway with what it sent and what the product has taken of that."""

    def __init__(self) -> None:
        self.loop = SimLoop(Random(1).random)
        self.sent: list[str] = []
        self.taken: set[str] = set()
        self.server: ArrangedGateway = arranged_gateway(
            "sandbox",
            self.loop,
            Random(1),
            self._publish,
            lambda *_: True,
            lambda _, event_id: event_id in self.taken,
            Habits(),
        )

    def _publish(self, _name: str, sent: GatewayWebhook, _subject: str) -> None:
        self.sent.append(sent.event_id)

    def status(self) -> str:
        """What a status query answers now."""
        return str(json.loads(self.server.query_status("att_gp_1").body)["status"])


@pytest.fixture
def place() -> Place:
    """A gateway at second 0."""
    return Place()


def test_a_query_is_answered_with_the_status_before_the_change_for_a_while(place: Place) -> None:
    place.server.arranged["gp_1"] = Arrangement(habits=Habits(), books_behind_s=BEHIND_S)
    place.server.submit(order())
    refund = next(iter(place.server.refunds.values()))
    at_first = place.status()
    place.loop.run_until(10.0)

    place.server.change(refund, FAILED, "R02")
    soon = place.status()
    place.loop.run_until(10.0 + BEHIND_S)

    assert (at_first, soon, place.status()) == (SUCCEEDED, SUCCEEDED, FAILED)


def test_a_mute_payment_has_no_webhooks_and_another_payment_has_them(place: Place) -> None:
    place.server.habits = Habits(webhook_first=1.0)
    place.server.arranged["gp_1"] = Arrangement(habits=Habits(webhook_first=1.0), is_mute=True)

    place.server.submit(order())
    place.server.submit(order("gp_2"))
    place.server.refund_by_people("gp_1", 100)
    place.server.publish_again(())

    assert {event.rpartition("_")[0] for event in place.sent} == {"evt_gr_00000002", "evt_gr_00000003"}


def test_a_refund_is_found_from_the_first_refused_repeat_on(place: Place) -> None:
    habits = Habits(lag=1.0, lag_s=1_000.0, refuse_repeats=1.0)
    place.server.arranged["gp_1"] = Arrangement(habits=habits)
    place.server.submit(order())
    at_first = place.server.query_status("att_gp_1").status

    refused = place.server.submit(order())

    assert (at_first, refused.status, place.status()) == (404, 422, SUCCEEDED)


@pytest.mark.parametrize(("is_taken", "sent_again"), [(True, 0), (False, 1)])
def test_a_webhook_that_was_taken_is_not_sent_again(place: Place, is_taken: bool, sent_again: int) -> None:
    place.server.arranged["gp_1"] = Arrangement(habits=Habits())
    place.server.submit(order())
    place.loop.run_until(10.0)
    place.server.change(next(iter(place.server.refunds.values())), FAILED, "R02")
    (event,) = place.sent
    place.taken.update([event] if is_taken else [])

    place.server.publish_again(())

    assert len(place.sent) == 1 + sent_again
