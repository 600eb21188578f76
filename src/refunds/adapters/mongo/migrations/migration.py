"""Brings a database to the schema of this release: plans, applies, and continues where an earlier run stopped.

Run by `refunds migrate` and at the start of an embedded instance, never by a service. Each step is compared with the
database first, so a second run changes nothing; the version is written last. On a database of a later release it does
nothing: that release's validators stay.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.mongo.migrations.data_migrations import MIGRATIONS_OF_DATA, DataMigration
from refunds.adapters.mongo.migrations.migration_lease import MigrationLease
from refunds.adapters.mongo.migrations.schema_changes import SchemaChange, missing_schema
from refunds.adapters.mongo.migrations.stored_version import (
    MIGRATIONS,
    NEEDED,
    VERSION_ID,
    SchemaVersion,
    check_not_newer,
    read_schema_version,
)
from refunds.adapters.mongo.schema import COLLECTIONS, CollectionSchema

LOOKS_MAX = 3
"""Maximum number of comparisons of the schema, since a service of an earlier release may create a part meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step as displayed.

    `kind` is collection, validator, index or data; `documents` is roughly how many the step reads.
    """

    kind: str
    on: str
    text: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPlan:
    """The steps of a run, in their order."""

    found: SchemaVersion
    needed: SchemaVersion
    steps: Sequence[PlannedStep]

    @property
    def is_empty(self) -> bool:
        """True if the database needs no change."""
        return not self.steps and self.found >= self.needed


class Watch(Protocol):
    """Receives the progress of a run."""

    def begins(self, step: PlannedStep) -> None:
        """Called when the step begins."""
        ...

    def advances(self, done: int) -> None:
        """Called when `done` more documents of the present step are changed."""
        ...


class Unwatched:
    """Ignores the progress."""

    def begins(self, step: PlannedStep) -> None:
        """See Watch."""

    def advances(self, done: int) -> None:
        """See Watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """Migrates one database. Raises SchemaUnfit, SchemaConflict, MigrationRuns, LeaseLost and errors of the driver."""

    database: AsyncDatabase[Any]
    collections: Mapping[str, CollectionSchema] = field(default_factory=lambda: COLLECTIONS)
    data: Sequence[DataMigration] = MIGRATIONS_OF_DATA
    needed: SchemaVersion = NEEDED

    async def plan(self) -> MigrationPlan:
        """Returns the plan of a run; changes nothing."""
        found = await self._found()
        if found > self.needed:
            return MigrationPlan(found=found, needed=self.needed, steps=())
        steps = [_shown(change) for change in await missing_schema(self.database, self.collections)]
        present = set(await self.database.list_collection_names())
        for migration in self.data:
            left = await migration.left(self.database) if migration.on in present else 0
            steps += [_shown_data(migration, left)] if left else []
        return MigrationPlan(found=found, needed=self.needed, steps=steps)

    async def _found(self) -> SchemaVersion:
        found = await read_schema_version(self.database)
        check_not_newer(found, self.needed)
        return found

    async def run(self, lease: MigrationLease, wait_s: float = 0.0, watch: Watch | None = None) -> MigrationPlan:
        """Migrates and returns the steps that were run; waits up to `wait_s` for another migration to end."""
        return await lease.run(lambda: self._run(watch or Unwatched()), wait_s)

    async def _run(self, watch: Watch) -> MigrationPlan:
        found = await self._found()
        done: list[PlannedStep] = []
        if found <= self.needed:
            await self._make_schema(done, watch)
            await self._migrate_data(done, watch)
            await self._write_version(found)
        return MigrationPlan(found=found, needed=self.needed, steps=done)

    async def _make_schema(self, done: list[PlannedStep], watch: Watch) -> None:
        for _ in range(LOOKS_MAX):
            changes = await missing_schema(self.database, self.collections)
            for change in changes:
                done.append(_shown(change))
                watch.begins(done[-1])
                await change.make()
            if not changes:
                return

    async def _migrate_data(self, done: list[PlannedStep], watch: Watch) -> None:
        for migration in self.data:
            if left := await migration.left(self.database):
                done.append(_shown_data(migration, left))
                watch.begins(done[-1])
                await self._migrate(migration, watch.advances)

    async def _migrate(self, migration: DataMigration, advances: Callable[[int], None]) -> None:
        """Runs all batches after the place where an earlier run stopped, and then those before that place."""
        place = {"_id": f"data/{migration.name}"}
        kept = await self.database[MIGRATIONS].find_one(place)
        after = str(kept["after"]) if kept else ""
        is_from_begin = not after
        while True:
            batch = await migration.step(self.database, after)
            advances(batch.done)
            after = batch.after
            moved = {"$set": {"after": after}, "$inc": {"done": batch.done}, "$currentDate": {"at": True}}
            await self.database[MIGRATIONS].update_one(place, moved, upsert=True)
            if not after and is_from_begin:
                return
            is_from_begin = is_from_begin or not after

    async def _write_version(self, found: SchemaVersion) -> None:
        if found >= self.needed:
            return
        version = {"major": self.needed.major, "minor": self.needed.minor}
        written = {"$set": version, "$currentDate": {"at": True}}
        await self.database[MIGRATIONS].update_one({"_id": VERSION_ID}, written, upsert=True)


def _shown(change: SchemaChange) -> PlannedStep:
    return PlannedStep(kind=change.kind, on=change.on, text=change.text, documents=change.documents)


def _shown_data(migration: DataMigration, left: int) -> PlannedStep:
    return PlannedStep(kind="data", on=migration.on, text=migration.text, documents=left)
