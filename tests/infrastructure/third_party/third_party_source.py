"""Reads the third-party stacks' .tf files, and holds their blocks against the providers' schemas kept beside this file.

Called by the tests of third_party; starts no Terraform and asks no network.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

hcl2 = pytest.importorskip("hcl2", reason="python-hcl2 (requirements/infra.txt) reads Terraform files")

ROOT = Path(__file__).resolve().parents[3]
STACKS = ROOT / "infrastructure/terraform/third_party"
SCHEMAS = Path(__file__).parents[1] / "schemas"

META_ARGUMENTS = frozenset({"count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection"})
PARSER_NOTES = frozenset({"__is_block__", "__comments__", "__inline_comments__", "__start_line__", "__end_line__"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One argument or block of a schema; `inside` is None for a plain value."""

    required: bool
    is_block: bool
    inside: "Mapping[str, Member] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One resource, data source or provider as written; `body` as the parser gives it."""

    kind: str
    type: str
    name: str
    body: Mapping[str, object]


def blocks_in(text: str) -> Iterator[Block]:
    """Resources, data sources and providers of a .tf file's text."""
    parsed = hcl2.loads(text)
    for kind in ("resource", "data"):
        for entry in parsed.get(kind, []):
            for type_, named in _labelled(entry):
                for name, body in _labelled(named):
                    yield Block(kind=kind, type=type_, name=name, body=body)
    for entry in parsed.get("provider", []):
        for type_, body in _labelled(entry):
            yield Block(kind="provider", type=type_, name="", body=body)


def blocks_of(stack: str) -> list[Block]:
    """All of them in one stack."""
    return [block for path in sorted((STACKS / stack).glob("*.tf")) for block in blocks_in(path.read_text())]


def default_of(stack: str, name: str) -> object:
    """A variable's default."""
    variables = hcl2.loads((STACKS / stack / "variables.tf").read_text())["variable"]
    return next(entry[f'"{name}"']["default"] for entry in variables if f'"{name}"' in entry)


def schemas() -> dict[str, Mapping[str, Member]]:
    """Members by kind and type, such as `resource.datadog_monitor`, of all providers."""
    found: dict[str, Mapping[str, Member]] = {}
    for path in SCHEMAS.glob("*.json"):
        found |= {name: _members(raw) for name, raw in json.loads(path.read_text())["types"].items()}
    return found


def faults(block: Block, known: Mapping[str, Mapping[str, Member]]) -> list[str]:
    """What the provider would refuse in this block, one line each."""
    where = f"{block.kind}.{block.type}"
    if where not in known:
        return [f"{where}: no such type in the schema"]
    return list(_faults_in(block.body, known[where], f"{where}.{block.name}".rstrip(".")))


def _members(raw: Mapping[str, Mapping[str, object]]) -> dict[str, Member]:
    return {
        name: Member(
            required=bool(each["required"]),
            is_block=bool(each.get("is_block", False)),
            inside=_members(each["inside"]) if "inside" in each else None,  # type: ignore[arg-type]
        )
        for name, each in raw.items()
    }


def _labelled(entry: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    return ((key.strip('"'), value) for key, value in entry.items() if key not in PARSER_NOTES)  # type: ignore[misc]


def _faults_in(body: Mapping[str, object], members: Mapping[str, Member], where: str) -> Iterator[str]:
    given = {key.strip('"'): value for key, value in body.items() if key not in PARSER_NOTES | META_ARGUMENTS}
    inner = [(name, each) for name, value in given.items() if name != "dynamic" for each in _written_blocks(value)]
    inner += list(_dynamic_blocks(given.get("dynamic", [])))
    block_names = {name for name, _ in inner}
    arguments = given.keys() - block_names - {"dynamic"}
    for name in sorted(arguments):
        yield from _faults_of_argument(name, members, where)
    for name, each in inner:
        yield from _faults_of_block(name, each, members, where)
    for name in sorted(name for name, member in members.items() if member.required):
        if name not in arguments | block_names:
            yield f"{where}: {name} is missing"


def _faults_of_argument(name: str, members: Mapping[str, Member], where: str) -> Iterator[str]:
    if name not in members:
        yield f"{where}: no argument {name}"
    elif members[name].is_block:
        yield f"{where}: {name} is a block, not an argument"


def _faults_of_block(name: str, body: Mapping[str, object], members: Mapping[str, Member], where: str) -> Iterator[str]:
    member = members.get(name)
    if member is None or member.inside is None:
        yield f"{where}: no block {name}"
    elif not member.is_block:
        yield f"{where}: {name} is an argument, not a block"
    else:
        yield from _faults_in(body, member.inside, f"{where}.{name}")


def _written_blocks(value: object) -> Iterable[Mapping[str, object]]:
    """Blocks, as against values that are maps or lists of maps."""
    entries = value if isinstance(value, list) else []
    return [each for each in entries if isinstance(each, dict) and "__is_block__" in each]


def _dynamic_blocks(entries: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    for entry in entries if isinstance(entries, list) else []:
        for name, dynamic in _labelled(entry):
            for content in dynamic["content"]:  # type: ignore[attr-defined]
                yield name, content
