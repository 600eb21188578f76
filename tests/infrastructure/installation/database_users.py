"""Users of a real MongoDB with the rights that the Atlas stack gives to services, the migration and operators."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.infrastructure.third_party.third_party_source import STACKS

from refunds.adapters.mongo.client import connect
from refunds_embedded.launcher.servers import mongodb

ATLAS = STACKS / "atlas"
OPERATOR = "operator"
EVERY_COLLECTION = ""

Rights = Mapping[str, Sequence[str]]
"""Collection → actions, as Atlas names them."""


def rights() -> Mapping[str, Rights]:
    """User → rights, from rights.tf and operators.tf."""
    text = (ATLAS / "rights.tf").read_text()
    lists = {name: _words(actions) for name, actions in re.findall(r"^  (\w+)\s+= \[(.+)\]$", text, re.MULTILINE)}
    inside = text[text.index("  rights = {") : text.index("# service =>")]
    found: dict[str, dict[str, Sequence[str]]] = {}
    for name, block in re.findall(r"^    ([a-z-]+) = \{\n(.+?)^    \}$", inside, re.MULTILINE | re.DOTALL):
        found[name] = dict(_on_a_collection(line, lists) for line in block.splitlines() if not _is_comment(line))
    found["migrate"][EVERY_COLLECTION] = lists["schema_actions"]
    return found | {OPERATOR: _of_operators()}


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _on_a_collection(line: str, lists: Rights) -> tuple[str, Sequence[str]]:
    found = re.fullmatch(r"\s+(\w+)\s+= (?:local\.(\w+)|\[(.+)\])", line)
    assert found is not None, f"not read: {line}"
    collection, of, own = found.groups()
    return collection, lists[of] if of else _words(own)


def _of_operators() -> Rights:
    text = (ATLAS / "operators.tf").read_text()
    rights: dict[str, list[str]] = {}
    for action, collections in re.findall(r"^    ([A-Z_]+)\s+= \[(.*?)\]", text, re.MULTILINE):
        for collection in _words(collections):
            rights.setdefault(collection, []).append(action)
    return rights


def _words(listed: str) -> Sequence[str]:
    return re.findall(r'"(\w*)"', listed)


def in_mongodb(action: str) -> str:
    """Atlas's name of an action as MongoDB's own: CHANGE_STREAM is changeStream."""
    first, *others = action.lower().split("_")
    return first + "".join(word.capitalize() for word in others)


async def create_users(uri: str, password: str) -> Mapping[str, str]:
    """Creates every user with its role; the address that each of them connects to."""
    async with connect(uri) as client:
        for name, by_collection in rights().items():
            await client["admin"].command("createRole", name, privileges=_privileges(by_collection), roles=[])
            await client["admin"].command("createUser", name, pwd=password, roles=[name])
    return {name: uri.replace(f"//{mongodb.USER}:", f"//{name}:", 1) for name in rights()}


def _privileges(by_collection: Rights) -> list[dict[str, Any]]:
    return [
        {"resource": {"db": "refunds", "collection": collection}, "actions": [in_mongodb(each) for each in actions]}
        for collection, actions in by_collection.items()
    ]
