"""Migrates an embedded instance's database to the schema of this release, before its services start."""

from pymongo.errors import PyMongoError

from refunds.adapters.mongo.migrations.migration import PlannedStep
from refunds.adapters.mongo.migrations.migration_lease import LeaseLost, MigrationRuns
from refunds.adapters.mongo.migrations.schema_changes import SchemaConflict
from refunds.adapters.mongo.migrations.stored_version import SchemaUnfit
from refunds.cli.client.ready_file import DATABASE
from refunds.kit.config import Secret
from refunds.runtime.process.migration import MigrationSettings, run_migration
from refunds_embedded.launcher.instance.errors import NotMigrated
from refunds_embedded.launcher.supervision.progress_output import ProgressOutput

LEASE_S = 5.0
"""How many seconds the lease of a migration lasts.

The lease is short, because the next start after a kill waits for its end. No other process migrates the database.
"""

REASON_CHARS_MAX = 300


async def migrate(mongodb_uri: str, progress_output: ProgressOutput) -> None:
    """Migrates the database. Raises NotMigrated if the migration fails."""
    settings = MigrationSettings(mongodb_uri=Secret(mongodb_uri), mongodb_database=DATABASE, migrate_lease_s=LEASE_S)
    try:
        await run_migration(settings, _DataProgress(progress_output))
    except (SchemaUnfit, SchemaConflict, MigrationRuns) as reason:
        raise NotMigrated(str(reason)) from reason
    except LeaseLost as reason:
        raise NotMigrated("its lease was lost") from reason
    except PyMongoError as reason:
        raise NotMigrated(str(reason)[:REASON_CHARS_MAX]) from reason


class _DataProgress:
    """Reports the progress of data migrations, because they may take long. Reports no other steps."""

    def __init__(self, progress_output: ProgressOutput) -> None:
        self._progress_output = progress_output

    def begins(self, step: PlannedStep) -> None:
        """Reports a step that migrates documents. Other steps are not reported."""
        if step.documents:
            self._progress_output.migrating(step.on, step.text, step.documents)

    def advances(self, done: int) -> None:
        """Reports nothing."""
