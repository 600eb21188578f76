"""Reads and checks the version of the stored schema.

Only the migration writes this version. Every service reads the version when the service starts.

`minor` grows with every change of collections, indexes, validators or data that a release needs. `major` grows if
earlier releases cannot run on the changed data. A service starts only if the stored major version equals the service's
own and the stored minor version is not lower.
"""

from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

MIGRATIONS = "migrations"
"""The collection that stores the schema version, the lease, and the last id that each data migration has reached."""

VERSION_ID = "schema"


@dataclass(frozen=True, slots=True, order=True)
class SchemaVersion:
    """The schema version of a database, or the version that a release needs.

    The version is 0.0 before the first migration.
    """

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


NOTHING = SchemaVersion(0, 0)
NEEDED = SchemaVersion(1, 4)


class SchemaUnfit(Exception):
    """Raised if this release cannot run on the database. The message says what to do."""


async def read_schema_version(database: AsyncDatabase[Any]) -> SchemaVersion:
    """Returns the version that the last completed migration wrote. Passes on the driver's errors."""
    document = await database[MIGRATIONS].find_one({"_id": VERSION_ID})
    return NOTHING if document is None else SchemaVersion(int(document["major"]), int(document["minor"]))


async def check_schema(database: AsyncDatabase[Any], needed: SchemaVersion = NEEDED) -> None:
    """Raises SchemaUnfit if this release cannot run on the stored schema. Passes on the driver's errors."""
    check_version(await read_schema_version(database), needed)


def check_version(found: SchemaVersion, needed: SchemaVersion = NEEDED) -> None:
    """Raises SchemaUnfit if this release cannot run on the schema version `found`."""
    check_not_newer(found, needed)
    if found < needed:
        has = "has no schema yet" if found == NOTHING else f"has schema {found}"
        raise SchemaUnfit(f"the database {has}, this release needs {needed}: run `refunds migrate` first")


def check_not_newer(found: SchemaVersion, needed: SchemaVersion = NEEDED) -> None:
    """Raises SchemaUnfit if the database has a later major version than this release knows."""
    if found.major > needed.major:
        raise SchemaUnfit(
            f"the database has schema {found}, this release knows {needed.major}.x alone: "
            "run the release that migrated it, or a later one"
        )
