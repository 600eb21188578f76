"""The version of the stored schema: written by the migration alone, read by every service at its start.

`minor` is raised with every change of collections, indexes, validators or data that a release needs; `major` when
releases before cannot run on what is stored any more. A service runs on its own major version, from its own minor on.
"""

from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

MIGRATIONS = "migrations"
"""What the migration keeps: the version, its lease, and how far each migration of data has come."""

VERSION_ID = "schema"


@dataclass(frozen=True, slots=True, order=True)
class SchemaVersion:
    """Of a database, or what a release needs; 0.0 before the first migration."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


NOTHING = SchemaVersion(0, 0)
NEEDED = SchemaVersion(1, 1)


class SchemaUnfit(Exception):
    """This release does not run on that database; the text says what to do."""


async def read_schema_version(database: AsyncDatabase[Any]) -> SchemaVersion:
    """What the last migration that ended has made. The driver's errors."""
    document = await database[MIGRATIONS].find_one({"_id": VERSION_ID})
    return NOTHING if document is None else SchemaVersion(int(document["major"]), int(document["minor"]))


async def check_schema(database: AsyncDatabase[Any], needed: SchemaVersion = NEEDED) -> None:
    """SchemaUnfit where this release does not run on what is stored; the driver's errors."""
    check_version(await read_schema_version(database), needed)


def check_version(found: SchemaVersion, needed: SchemaVersion = NEEDED) -> None:
    """As `check_schema`, of a version that is known."""
    check_not_newer(found, needed)
    if found < needed:
        has = "has no schema yet" if found == NOTHING else f"has schema {found}"
        raise SchemaUnfit(f"the database {has}, this release needs {needed}: run `refunds migrate` first")


def check_not_newer(found: SchemaVersion, needed: SchemaVersion = NEEDED) -> None:
    """SchemaUnfit where a later release has made the database one that this one cannot read."""
    if found.major > needed.major:
        raise SchemaUnfit(
            f"the database has schema {found}, this release knows {needed.major}.x alone: "
            "run the release that migrated it, or a later one"
        )
