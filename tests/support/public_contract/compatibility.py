"""Compares two folders that hold a public contract: openapi.json and events/*.json, one file for each type of event."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.support.public_contract.findings import Direction, Document, Finding, Findings
from tests.support.public_contract.operations import compare_openapi
from tests.support.public_contract.schemas import SchemaComparison

OPENAPI = "openapi.json"
EVENTS = "events"
ACCEPTED = "accepted.json"
"""In the folder of the released contract: the incompatible changes that were decided on, each with its reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The API's document and the schemas of the events by their type."""

    openapi: Document
    events: dict[str, Document]


def read_contract(folder: Path) -> Contract:
    """FileNotFoundError without an openapi.json; ValueError where a file is not JSON."""
    events = {path.stem: json.loads(path.read_bytes()) for path in sorted((folder / EVENTS).glob("*.json"))}
    return Contract(openapi=json.loads((folder / OPENAPI).read_bytes()), events=events)


def incompatible_changes(old: Contract, new: Contract, today: date) -> list[Finding]:
    """All incompatible changes in order of their places, each once."""
    found = {*compare_openapi(old.openapi, new.openapi, today), *_compare_events(old.events, new.events, today)}
    return sorted(found)


def accepted_changes(folder: Path) -> list[Finding]:
    """The findings of accepted.json, `[{where, kind, detail, reason}]`, in a released contract's folder.

    ValueError where an entry has no reason.
    """
    path = folder / ACCEPTED
    entries = json.loads(path.read_bytes()) if path.exists() else []
    if any(not entry.get("reason", "").strip() for entry in entries):
        raise ValueError(f"{ACCEPTED}: each accepted change needs a reason")
    return [Finding(where=one["where"], kind=one["kind"], detail=one["detail"]) for one in entries]


def _compare_events(old: dict[str, Document], new: dict[str, Document], today: date) -> Findings:
    """Events are written by the product. A new type is compatible: subscribers choose the types that they read."""
    for type_, schema in old.items():
        where = f"{EVENTS}/{type_}"
        if type_ not in new:
            yield Finding(where=where, kind="event_removed", detail="the type of event is gone")
            continue
        now = new[type_]
        comparison = SchemaComparison(old=schema, new=now, today=today, direction=Direction.RESPONSE)
        dialect = {"$schema", "$defs"}
        yield from comparison.compare(
            where, *({key: value for key, value in one.items() if key not in dialect} for one in (schema, now))
        )
