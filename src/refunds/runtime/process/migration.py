"""Runs the migration of the stored schema, with its own settings; called by `refunds migrate` and by the launcher.

It has its own database user, the only one that may change collections, indexes and validators.
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
"""How long the database may be silent while it builds an index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationSettings:
    """Environment variables are these names in capitals after `REFUNDS_`; seconds where the name ends in `_s`.

    `migrate_lease_s` is how long after a migration was killed another may begin, `migrate_wait_s` how long one waits
    for another to end.
    """

    mongodb_uri: Secret
    """Connection string of MongoDB, with a user that may change collections, indexes and validators."""
    mongodb_database: str = "refunds"
    """Database of the installation."""
    store_timeout_s: float = 10.0
    """Longest call to the database, except while it builds an index."""
    migrate_lease_s: float = 30.0
    """Time after which another migration may begin if a migration was killed."""
    migrate_wait_s: float = 120.0
    """How long a migration waits for another one to end."""

    def __post_init__(self) -> None:
        named = {name: value for name, value in asdict(self).items() if isinstance(value, float)}
        mistakes = [f"REFUNDS_{name.upper()} must be more than 0" for name, n in named.items() if not 0 < n < inf]
        if mistakes:
            raise ValueError("; ".join(mistakes))


async def plan_migration(settings: MigrationSettings) -> MigrationPlan:
    """Returns the plan of `run_migration`. Raises SchemaUnfit, SchemaConflict, errors of the driver."""
    timeout_s = settings.store_timeout_s
    async with connect(settings.mongodb_uri, timeout_s=timeout_s, application="refunds-migrate") as client:
        return await Migration(database=open_database(client, settings.mongodb_database)).plan()


async def run_migration(settings: MigrationSettings, watch: Watch | None = None) -> MigrationPlan:
    """Migrates and returns the steps.

    Raises SchemaUnfit, SchemaConflict, MigrationRuns, LeaseLost, errors of the driver.
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
