"""The version of the stored schema: written by the migration alone, read by every service at its start.

`minor` grows with every change of collections, indexes, validators or data that a release needs; `major` when earlier
releases can no longer run on the stored data. A service runs on its own major version, from its own minor version on.
"""

from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

MIGRATIONS = "migrations"
"""The collection of the migration: the version, its lease, and the place that each data migration has reached."""

VERSION_ID = "schema"


@dataclass(frozen=True, slots=True, order=True)
class SchemaVersion:
    """The version of a database, or the one that a release needs; 0.0 before the first migration."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


NOTHING = SchemaVersion(0, 0)
NEEDED = SchemaVersion(1, 3)


class SchemaUnfit(Exception):
    """This release cannot run on that database; the text says what to do."""


async def read_schema_version(database: AsyncDatabase[Any]) -> SchemaVersion:
    """The version that the last finished migration wrote. The driver's errors."""
    document = await database[MIGRATIONS].find_one({"_id": VERSION_ID})
    return NOTHING if document is None else SchemaVersion(int(document["major"]), int(document["minor"]))


async def check_schema(database: AsyncDatabase[Any], needed: SchemaVersion = NEEDED) -> None:
    """Raises SchemaUnfit if this release cannot run on the stored schema; the driver's errors."""
    check_version(await read_schema_version(database), needed)


def check_version(found: SchemaVersion, needed: SchemaVersion = NEEDED) -> None:
    """As `check_schema`, for a version that was read before."""
    check_not_newer(found, needed)
    if found < needed:
        has = "has no schema yet" if found == NOTHING else f"has schema {found}"
        raise SchemaUnfit(f"the database {has}, this release needs {needed}: run `refunds migrate` first")


def check_not_newer(found: SchemaVersion, needed: SchemaVersion = NEEDED) -> None:
    """Raises SchemaUnfit if a later release has migrated the database to a major version that is unknown here."""
    if found.major > needed.major:
        raise SchemaUnfit(
            f"the database has schema {found}, this release knows {needed.major}.x alone: "
            "run the release that migrated it, or a later one"
        )
