"""Runs the migration of the stored schema with its own settings.

`refunds migrate` and the launcher call this module. The migration has its own database user. Only this user may change
collections, indexes and validators.
"""

import os
import socket
from dataclasses import asdict, dataclass
from math import inf

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.migrations.migration import Migration, MigrationPlan, Watch
from refunds.adapters.mongo.migrations.migration_lease import MigrationLease
from refunds.kit.config import Secret

BUILD_ANSWER_S = 24 * 3600.0
"""Longest wait in seconds for an answer of the database while it builds an index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationSettings:
    """The settings of the migration.

    The environment variable of a field is `REFUNDS_` and the field's name in capitals.

    A field whose name ends in `_s` is in seconds. If a migration is killed, the next one may begin after
    `migrate_lease_s`. A migration waits at most `migrate_wait_s` for another migration to end.
    """

    mongodb_uri: Secret
    """Connection string of MongoDB. Its user must be allowed to change collections, indexes and validators."""
    mongodb_database: str = "refunds"
    """Database of the installation."""
    store_timeout_s: float = 10.0
    """Longest time for a call to the database, except for a call that builds an index."""
    migrate_lease_s: float = 30.0
    """Time after which another migration may begin if a migration was killed."""
    migrate_wait_s: float = 120.0
    """How long a migration waits for another migration to end."""

    def __post_init__(self) -> None:
        named = {name: value for name, value in asdict(self).items() if isinstance(value, float)}
        mistakes = [f"REFUNDS_{name.upper()} must be more than 0" for name, n in named.items() if not 0 < n < inf]
        if mistakes:
            raise ValueError("; ".join(mistakes))


async def plan_migration(settings: MigrationSettings) -> MigrationPlan:
    """Returns the steps that `run_migration` would run. Raises SchemaUnfit, SchemaConflict or the driver's errors."""
    timeout_s = settings.store_timeout_s
    async with connect(settings.mongodb_uri, timeout_s=timeout_s, application="refunds-migrate") as client:
        return await Migration(database=open_database(client, settings.mongodb_database)).plan()


async def run_migration(settings: MigrationSettings, watch: Watch | None = None) -> MigrationPlan:
    """Runs the migration and returns its steps.

    Raises SchemaUnfit, SchemaConflict, LeaseLost, or MigrationRuns if another one runs. Passes on the driver's errors.
    """
    owner = f"{socket.gethostname()}:{os.getpid()}:{SystemIds().write_token()}"
    async with connect(
        settings.mongodb_uri,
        timeout_s=settings.store_timeout_s,
        answer_timeout_s=BUILD_ANSWER_S,
        application="refunds-migrate",
    ) as client:
        database = open_database(client, settings.mongodb_database)
        lease = MigrationLease(database, owner, settings.migrate_lease_s)
        return await Migration(database=database).run(lease, settings.migrate_wait_s, watch)
