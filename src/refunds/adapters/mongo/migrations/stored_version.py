"""The version of the stored schema: written by the migration alone, read by every service at its start.

`minor` grows with every change of collections, indexes, validators or data that a release needs; `major` grows when
earlier releases can no longer run on the stored data. A service runs on its own major version, if the stored minor
version is at least its own.
"""

from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

MIGRATIONS = "migrations"
"""Collection of the migration: the version, the lease, and the id that each data migration has reached."""

VERSION_ID = "schema"


@dataclass(frozen=True, slots=True, order=True)
class SchemaVersion:
    """The version of a database, or the one that a release needs; 0.0 before the first migration."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


NOTHING = SchemaVersion(0, 0)
NEEDED = SchemaVersion(1, 4)


class SchemaUnfit(Exception):
    """This release cannot run on that database; the message says what to do."""


async def read_schema_version(database: AsyncDatabase[Any]) -> SchemaVersion:
    """Returns the version that the last finished migration wrote. Raises errors of the driver."""
    document = await database[MIGRATIONS].find_one({"_id": VERSION_ID})
    return NOTHING if document is None else SchemaVersion(int(document["major"]), int(document["minor"]))


async def check_schema(database: AsyncDatabase[Any], needed: SchemaVersion = NEEDED) -> None:
    """Raises SchemaUnfit if this release cannot run on the stored schema; also raises errors of the driver."""
    check_version(await read_schema_version(database), needed)


def check_version(found: SchemaVersion, needed: SchemaVersion = NEEDED) -> None:
    """Raises SchemaUnfit like `check_schema`, for a version that the caller has read."""
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
