"""The public contract as files: `python -m tests.service.public_contract.contract_files` writes contract/ anew.

The API's document is what a running site answers; the events' schemas are those of the message on the bus.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
from tests.support.http.site import running

from refunds.domain.payment.events import EventType
from refunds.ports.projections.event_bus import BusEvent

ROOT = Path(__file__).parents[3]
CONTRACT = ROOT / "contract"
MEANINGS = ROOT / "infrastructure/terraform/modules/events/event_types.json"


async def contract_files() -> dict[str, str]:
    """The text of each file by its path below contract/."""
    async with running() as client:
        openapi = (await client.get("/openapi.json")).body
    return {"openapi.json": _text(openapi), **{f"events/{type_}.json": _text(_event(type_)) for type_ in EventType}}


def _event(type_: EventType) -> dict[str, Any]:
    schema: dict[str, Any] = msgspec.json.schema(BusEvent)["$defs"][BusEvent.__name__]
    meanings = json.loads(MEANINGS.read_text(encoding="utf-8"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": str(type_),
        "description": meanings[str(type_)],
        "type": "object",
        "properties": schema["properties"] | {"type": {"const": str(type_)}},
        "required": schema["required"],
    }


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _write(files: dict[str, str]) -> None:
    for name, text in files.items():
        path = CONTRACT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _write(asyncio.run(contract_files()))
