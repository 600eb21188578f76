"""For every module: a change made behind Terraform's back, and where Terraform must show it.

A new module needs an entry here; test_modules.py says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.infrastructure.support.emulator import Emulator


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """`make` changes something by the outputs of the fixture; the plan must then name `address`."""

    make: Callable[[Emulator, dict[str, Any]], object]
    address: str


def _shorter_visibility(emulator: Emulator, outputs: dict[str, Any]) -> object:
    attributes = {"VisibilityTimeout": "7"}
    return emulator.client("sqs").set_queue_attributes(QueueUrl=outputs["queue_url"], Attributes=attributes)


DRIFTS = {
    "queues": Drift(make=_shorter_visibility, address="aws_sqs_queue."),
}
