"""The schemas of the event bus are for the events that the product has, no fewer and no more."""

from pathlib import Path

import msgspec

from refunds.domain.payment.events import EventType

EVENT_TYPES = Path(__file__).parents[3] / "infrastructure/terraform/modules/events/event_types.json"


def test_every_event_of_the_product_has_its_schema() -> None:
    described = msgspec.json.decode(EVENT_TYPES.read_bytes(), type=dict[str, str])

    assert list(described) == [str(type_) for type_ in EventType]
