"""The schema of each version stands still: whoever changes it raises the version, or services start too early."""

import json
from hashlib import blake2b

import pytest

from refunds.adapters.mongo.migrations.data_migrations import MIGRATIONS_OF_DATA
from refunds.adapters.mongo.migrations.stored_version import NEEDED, NOTHING, SchemaUnfit, SchemaVersion, check_version
from refunds.adapters.mongo.schema import COLLECTIONS

SCHEMAS = {
    "1.1": "b045d20580b30458",
    "1.2": "8cd6aae9396b239f",
    "1.3": "88cd3b842a0749eb",
    "1.4": "aeba2c401c08c3e8",
}
"""By version: what `described` says of its collections, validators, indexes and migrations of data."""


def described() -> str:
    """A short name of the schema of this release."""
    collections = {
        name: {"validator": schema.validator, "indexes": [index.document for index in schema.indexes]}
        for name, schema in COLLECTIONS.items()
    }
    content = json.dumps([collections, [migration.name for migration in MIGRATIONS_OF_DATA]], sort_keys=True)
    return blake2b(content.encode(), digest_size=8).hexdigest()


def test_schema_of_this_version_is_the_one_that_was_released_under_it() -> None:
    assert SCHEMAS[str(NEEDED)] == described(), "raise stored_version.NEEDED, and add the schema under its new version"


@pytest.mark.parametrize("found", [NEEDED, SchemaVersion(NEEDED.major, NEEDED.minor + 7)])
def test_service_starts_on_its_own_schema_and_on_later_minor_ones(found: SchemaVersion) -> None:
    check_version(found)


@pytest.mark.parametrize("found", [NOTHING, SchemaVersion(NEEDED.major, NEEDED.minor - 1)])
def test_service_does_not_start_on_an_earlier_schema(found: SchemaVersion) -> None:
    with pytest.raises(SchemaUnfit, match="run `refunds migrate` first"):
        check_version(found)
