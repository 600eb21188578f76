"""SQS: a redrive policy comes back in the words in which it was given, and who may redrive here is remembered."""

from typing import Any

from moto.sqs.models import Queue
from tests.infrastructure.emulator.extend import replaces

_attributes_of_moto = Queue.attributes.fget
_AS_GIVEN = ("RedrivePolicy", "RedriveAllowPolicy")

Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
Queue.redrive_allow_policy = None


@replaces(Queue)
def _set_attributes(original, self: Queue, attributes: dict[str, Any], now: float | None = None) -> None:
    original(self, attributes, now)
    kept = self.__dict__.setdefault("as_given", {})
    kept.update({name: value for name, value in attributes.items() if name in _AS_GIVEN})


def _attributes(self: Queue) -> dict[str, Any]:
    kept = self.__dict__.get("as_given", {})
    answer = _attributes_of_moto(self) | kept
    return {name: value for name, value in answer.items() if value or name not in _AS_GIVEN}


Queue.attributes = property(_attributes)
