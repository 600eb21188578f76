"""Brings a database to the schema of this release.

`refunds migrate` and an embedded instance run the migration, but a service never does. Each step is first compared with
the database, so a second run changes nothing. The schema version is written last. A migration that was stopped
continues where it stopped.

If a later release has migrated the database, nothing is changed, so the later release's validators stay.
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
"""Maximum number of schema comparisons. Between two comparisons, an earlier release may create a part of the schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step of the migration, in the form in which it is displayed.

    `kind` is collection, validator, index or data. `documents` is the approximate number of documents that the step
    reads.
    """

    kind: str
    on: str
    text: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPlan:
    """The steps of a migration, in order, and the schema versions before and after it."""

    found: SchemaVersion
    needed: SchemaVersion
    steps: Sequence[PlannedStep]

    @property
    def is_empty(self) -> bool:
        """True if the database needs no change."""
        return not self.steps and self.found >= self.needed


class Watch(Protocol):
    """Receives the progress of a migration."""

    def begins(self, step: PlannedStep) -> None:
        """Called when a step begins."""
        ...

    def advances(self, done: int) -> None:
        """Called when the current step has changed `done` more documents."""
        ...


class Unwatched:
    """Ignores the progress of a migration."""

    def begins(self, step: PlannedStep) -> None:
        """See `Watch`."""

    def advances(self, done: int) -> None:
        """See `Watch`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """Migrates one database. Raises SchemaUnfit or SchemaConflict if this release cannot migrate the database.

    Raises MigrationRuns or LeaseLost if the lease is not free or is lost. Passes on the driver's errors.
    """

    database: AsyncDatabase[Any]
    collections: Mapping[str, CollectionSchema] = field(default_factory=lambda: COLLECTIONS)
    data: Sequence[DataMigration] = MIGRATIONS_OF_DATA
    needed: SchemaVersion = NEEDED

    async def plan(self) -> MigrationPlan:
        """Returns the steps that a migration would run now. Changes nothing."""
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
        """Migrates and returns the steps that were run.

        If another migration runs, waits at most `wait_s` seconds for its end.
        """
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
        """Runs all batches of a data migration.

        If an earlier migration stopped at some id, begins at that id and then makes one more pass from the first id.
        """
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
