"""What every event bus promises (`ports.projections.event_bus`): all is taken, or the caller hears of it."""

import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import pytest
from tests.support.adapters import aws

from refunds.adapters.aws.event_bus import EventBridgeBus
from refunds.adapters.memory.projections.event_bus import MemoryEventBus
from refunds.ports.projections.event_bus import BusEvent, BusUnavailable, EventBus

Received: TypeAlias = Callable[[], Awaitable[Sequence[str]]]

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome:
    """A bus, and the ids that a listener on it has received."""

    bus: EventBus
    received: Received


def an_event(number: int) -> BusEvent:
    """One that can be told apart."""
    return BusEvent(
        id=f"evt_{number}",
        type="refund.completed",
        at=datetime(2025, 3, 1, 12, 0, tzinfo=UTC),
        merchant_id="mer_1",
        tenant_path=("platform", "mer_1"),
        payment_id="pay_1",
        payment_version=3,
        refund_id="ref_1",
        from_status="processing",
        status="completed",
        amount=1234,
        currency="EUR",
        code="",
        gateway="sandbox",
        payment_method="credit_card",
    )


@contextlib.asynccontextmanager
async def memory() -> AsyncIterator[CallOutcome]:
    """The bus in memory."""
    bus = MemoryEventBus()

    async def received() -> Sequence[str]:
        return [event.id for event in bus.taken]

    yield CallOutcome(bus=bus, received=received)


@contextlib.asynccontextmanager
async def event_bridge(url: str) -> AsyncIterator[CallOutcome]:
    """A new bus with one rule that leads everything of ours to a listener."""
    async with aws.clients(url) as clients:
        name = f"bus-{next(_numbers)}"
        listener = await aws.bus_with_listener(clients, name)

        async def received() -> Sequence[str]:
            return [message["detail"]["id"] for message in await aws.received_by(clients, listener)]

        yield CallOutcome(bus=EventBridgeBus(await clients.open("events"), name), received=received)


@pytest.fixture(params=["memory", "event_bridge"])
def adapter(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[CallOutcome]:
    """One implementation after the other."""
    if request.param == "memory":
        return memory()
    return event_bridge(request.getfixturevalue("aws_url"))


@pytest.fixture
async def outcome(adapter: AbstractAsyncContextManager[CallOutcome]) -> AsyncIterator[CallOutcome]:
    """The bus with its listener."""
    async with adapter as opened:
        yield opened


async def test_published_event_is_received(outcome: CallOutcome) -> None:
    await outcome.bus.publish([an_event(1)])

    assert await outcome.received() == ["evt_1"]


async def test_publishing_nothing_is_nothing(outcome: CallOutcome) -> None:
    await outcome.bus.publish([])

    assert not await outcome.received()


async def test_more_events_than_a_call_takes_are_all_received(outcome: CallOutcome) -> None:
    await outcome.bus.publish([an_event(number) for number in range(95)])

    assert sorted(await outcome.received()) == sorted(f"evt_{number}" for number in range(95))


async def test_event_that_is_published_again_carries_the_same_id(outcome: CallOutcome) -> None:
    await outcome.bus.publish([an_event(1)])
    await outcome.bus.publish([an_event(1)])

    assert await outcome.received() == ["evt_1", "evt_1"]


async def test_bus_that_is_away_is_reported() -> None:
    async with aws.clients("http://127.0.0.1:1") as clients:
        buses: Sequence[EventBus] = (
            MemoryEventBus(is_away=True),
            EventBridgeBus(await clients.open("events"), "nowhere"),
        )
        for bus in buses:
            with pytest.raises(BusUnavailable):
                await bus.publish([an_event(1)])


async def test_entry_has_source_type_and_time_and_its_detail_is_the_event(aws_url: str) -> None:
    async with aws.clients(aws_url) as clients:
        listener = await aws.bus_with_listener(clients, "bus-of-one")

        await EventBridgeBus(await clients.open("events"), "bus-of-one").publish([an_event(7)])

        (message,) = await aws.received_by(clients, listener)
    assert (message["source"], message["detail-type"]) == ("brik.refunds", "refund.completed")
    assert message["detail"] == {
        "id": "evt_7",
        "type": "refund.completed",
        "at": "2025-03-01T12:00:00Z",
        "merchant_id": "mer_1",
        "tenant_path": ["platform", "mer_1"],
        "payment_id": "pay_1",
        "payment_version": 3,
        "refund_id": "ref_1",
        "from_status": "processing",
        "status": "completed",
        "amount": 1234,
        "currency": "EUR",
        "code": "",
        "gateway": "sandbox",
        "payment_method": "credit_card",
    }


class RefusingEvents:
    """EventBridge as it answers under load: of each call it refuses some entries, so many times each."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.calls: list[list[str]] = []
        self._refused: dict[str, int] = {}

    async def put_events(self, *, Entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:  # noqa: N803 - AWS's
        ids = [json.loads(entry["Detail"])["id"] for entry in Entries]
        self.calls.append(ids)
        answers = [self._answer(event_id) for event_id in ids]
        return {"FailedEntryCount": sum("ErrorCode" in answer for answer in answers), "Entries": answers}

    def _answer(self, event_id: str) -> Mapping[str, str]:
        count = self._refused.get(event_id, 0)
        if int(event_id.removeprefix("evt_")) % 3 == 0 and count < self.refusals:
            self._refused[event_id] = count + 1
            return {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
        return {"EventId": event_id}


async def test_only_what_a_call_refused_is_tried_again() -> None:
    events = RefusingEvents(refusals=2)

    await EventBridgeBus(events, "bus", tries_max=3, pause_s=0.0).publish([an_event(n) for n in range(10)])

    assert events.calls == [[f"evt_{n}" for n in range(10)], *[["evt_0", "evt_3", "evt_6", "evt_9"]] * 2]


async def test_event_that_is_refused_each_time_is_reported() -> None:
    events = RefusingEvents(refusals=9)

    with pytest.raises(BusUnavailable):
        await EventBridgeBus(events, "bus", tries_max=3, pause_s=0.0).publish([an_event(n) for n in range(10)])

    assert len(events.calls) == 3
