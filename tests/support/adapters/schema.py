"""The product's schema in a database of a test, made as everywhere else: by the migration."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.mongo.migrations.migration import Migration, MigrationPlan
from refunds.adapters.mongo.migrations.migration_lease import MigrationLease

LEASE_S = 30.0


async def migrated(database: AsyncDatabase[Any]) -> MigrationPlan:
    """Collections, validators, indexes and stored data of this release; what was done for it."""
    return await Migration(database=database).run(MigrationLease(database, "a test", LEASE_S))
