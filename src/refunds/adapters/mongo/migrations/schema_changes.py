"""Finds the collections, validators and indexes that a database lacks, and creates them.

Only the migration calls this module. It drops only indexes that new indexes replace, because services of the previous
release may still run.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.mongo.collections import make_collection
from refunds.adapters.mongo.schema import COLLECTIONS, CollectionSchema

Database = AsyncDatabase[Any]

STRICT = "strict"
_COMPARED = ("unique", "sparse", "partialFilterExpression")


class SchemaConflict(Exception):
    """Raised if an index of this name exists with another definition. A person created that index."""


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One change of the schema. `documents` is the approximate number of documents that the change reads."""

    kind: str
    on: str
    text: str
    documents: int
    make: Callable[[], Awaitable[object]]


async def missing_schema(
    database: Database, wanted: Mapping[str, CollectionSchema] = COLLECTIONS
) -> Sequence[SchemaChange]:
    """Returns the changes that the schema needs, in order. The list is empty if the schema is complete.

    Raises SchemaConflict if an index has another definition. Passes on the driver's errors.
    """
    present = {each["name"]: each async for each in await database.list_collections()}
    changes: list[SchemaChange] = []
    for name, schema in wanted.items():
        if name not in present:
            changes.append(_creation(database, name, schema))
            continue
        options = present[name].get("options", {})
        if schema.validator and not _is_validated(options, schema.validator):
            text = "set the validator" if "validator" not in options else "renew the validator"
            change = partial(_set_validator, database, name, schema.validator)
            changes.append(SchemaChange("validator", name, text, 0, change))
        changes += await _index_changes(database, name, schema)
    return changes


def _creation(database: Database, name: str, schema: CollectionSchema) -> SchemaChange:
    """Returns the change that creates the collection, including its validator and indexes."""

    async def make() -> None:
        await make_collection(database, name, **({"validator": schema.validator} if schema.validator else {}))
        if schema.indexes:
            await database[name].create_indexes(list(schema.indexes))

    with_what = [
        *(["its validator"] if schema.validator else []),
        *([f"{len(schema.indexes)} indexes"] * bool(schema.indexes)),
    ]
    return SchemaChange(
        "collection", name, "create it" + (" with " if with_what else "") + " and ".join(with_what), 0, make
    )


def _is_validated(options: Mapping[str, Any], validator: Mapping[str, Any]) -> bool:
    return options.get("validator") == validator and options.get("validationLevel", STRICT) == STRICT


async def _set_validator(database: Database, name: str, validator: Mapping[str, Any]) -> None:
    await database.command("collMod", name, validator=validator, validationLevel=STRICT)


async def _index_changes(database: Database, name: str, schema: CollectionSchema) -> Sequence[SchemaChange]:
    """Returns the changes of the indexes. Missing indexes come first, then the indexes that they replace."""
    if not schema.indexes:
        return ()
    present = {each["name"]: each async for each in await database[name].list_indexes()}
    count = await database[name].estimated_document_count()
    changes = []
    for index in schema.indexes:
        wanted = index.document
        found = present.get(wanted["name"])
        if found is None:
            make = partial(database[name].create_indexes, [index])
            changes.append(SchemaChange("index", name, f"build {wanted['name']}", count, make))
        elif _definition(found) != _definition(wanted):
            raise SchemaConflict(
                f"index {wanted['name']} of {name} is not this release's: look at it, drop it, and migrate again"
            )
    for replaced in present.keys() & set(schema.replaced):
        drop = partial(database[name].drop_index, replaced)
        changes.append(SchemaChange("index", name, f"drop {replaced}, which another replaces", 0, drop))
    return changes


def _definition(index: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"key": list(index["key"].items()), **{name: index[name] for name in _COMPARED if index.get(name)}}
