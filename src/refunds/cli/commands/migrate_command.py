"""Defines `refunds migrate`, which changes the database to the schema of this release.

It has to run before the services of this release start.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.migrations.migration import MigrationPlan, PlannedStep
from refunds.adapters.mongo.migrations.migration_lease import LeaseLost, MigrationRuns
from refunds.adapters.mongo.migrations.schema_changes import SchemaConflict
from refunds.adapters.mongo.migrations.stored_version import SchemaUnfit
from refunds.cli.client.instance_option import READY_FILE, read_instance
from refunds.cli.client.ready_file import DATABASE
from refunds.cli.errors import CommandFailed, command, failure
from refunds.cli.views.output import console, error_console, print_json, print_table
from refunds.cli.views.progress import Stage, Stages
from refunds.kit.config import ConfigurationMistakes, Secret
from refunds.ports.settings.secret_store import SecretUnavailable
from refunds.runtime.process.migration import MigrationSettings, plan_migration, run_migration
from refunds.runtime.process.secret_settings import load_with_secret
from refunds.texts import command_facts as facts
from refunds.texts.notices.command_notices import SchemaCurrent, SchemaLater, SchemaMigrated, SchemaPlanned
from refunds.texts.notices.notice import Notice
from refunds.texts.notices.notice_texts import notice_of

REASON_CHARS_MAX = 300


class StepOut(msgspec.Struct):
    """A step of a migration as JSON."""

    kind: str
    on: str
    text: str
    documents: int


class PlanOut(msgspec.Struct):
    """The steps that were run. If `is_dry_run` is True, the steps that would be run."""

    found: str
    needed: str
    is_dry_run: bool
    steps: list[StepOut]


@command
async def migrate(
    *,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    ready_file: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="", help="Print JSON for programs.")] = False,
) -> int:
    """Bring the database to the schema of this release: collections, validators, indexes and stored data.

    You may run this command again at any time, also while services run. If another migration runs, the command waits
    until it has ended. If an earlier migration was killed, the command continues where that migration stopped. It
    removes nothing that services of the previous release need.

    REFUNDS_MONGODB_URI (or the secret REFUNDS_SECRET_ID) and REFUNDS_MONGODB_DATABASE name the database; the user must
    be allowed to change collections. If neither is set, the command uses the database of a running `refunds up`.

    Parameters
    ----------
    dry_run
        Print the plan and change nothing.
    ready_file
        Written by `refunds up`; contains the address of the database, used instead of the environment.
    """
    settings = await asyncio.to_thread(_settings, ready_file)  # a secret is read in an event loop of its own
    with _failures_named():
        if dry_run:
            plan = await plan_migration(settings)
        else:
            with ExitStack() as open_stages:
                plan = await run_migration(settings, _Shown(Stages(error_console()), open_stages))
    if as_json:
        print_json(msgspec.json.encode(_out(plan, dry_run)))
    else:
        _print(plan, dry_run)
    return 0


def _settings(ready_file: Path | None) -> MigrationSettings:
    """Returns the environment's settings if no ready file is given and the environment names a database.

    Otherwise returns the settings of the instance on this machine. Raises CommandFailed if the settings are not usable.
    """
    is_named = os.environ.get("REFUNDS_MONGODB_URI") or os.environ.get("REFUNDS_SECRET_ID")
    try:
        if ready_file is None and is_named:
            return load_with_secret(MigrationSettings, os.environ)
        ready = read_instance(ready_file or READY_FILE)
        return MigrationSettings(mongodb_uri=Secret(ready.mongodb_uri), mongodb_database=DATABASE)
    except (ConfigurationMistakes, SecretUnavailable) as mistake:
        raise CommandFailed(str(mistake)) from None


@contextmanager
def _failures_named() -> Iterator[None]:
    try:
        yield
    except (SchemaUnfit, SchemaConflict, MigrationRuns) as reason:
        raise CommandFailed(str(reason)) from None
    except LeaseLost:
        raise failure(facts.MigrationLeaseLost()) from None
    except PyMongoError as reason:
        reason_text = str(reason)[:REASON_CHARS_MAX]
        raise failure(facts.DatabaseRefuses(reason=reason_text)) from None


class _Shown:
    """Shows the progress on stderr, one stage per step."""

    def __init__(self, stages: Stages, open_stages: ExitStack) -> None:
        self._stages = stages
        self._open = open_stages
        self._stage: Stage | None = None

    def begins(self, step: PlannedStep) -> None:
        """See Watch."""
        self._open.close()
        title = f"{step.on}: {step.text}"
        if step.kind == "data":
            self._stage = self._open.enter_context(self._stages.stage(title, step.documents))
        else:
            self._stages.print_line(title)

    def advances(self, done: int) -> None:
        """See Watch."""
        if self._stage is not None:
            self._stage.advance(done)


def _out(plan: MigrationPlan, is_dry_run: bool) -> PlanOut:
    steps = [StepOut(step.kind, step.on, step.text, step.documents) for step in plan.steps]
    return PlanOut(str(plan.found), str(plan.needed), is_dry_run, steps)


def _print(plan: MigrationPlan, is_dry_run: bool) -> None:
    shown = console()
    if plan.steps:
        rows = [(step.kind, step.on, step.text, f"{step.documents:,}") for step in plan.steps]
        print_table(("step", "collection", "what", ">documents"), rows)
    shown.print(notice_of(_notice(plan, is_dry_run)), highlight=False)


def _notice(plan: MigrationPlan, is_dry_run: bool) -> Notice:
    found, needed = str(plan.found), str(plan.needed)
    if plan.found > plan.needed:
        return SchemaLater(found=found, needed=needed)
    if plan.is_empty:
        return SchemaCurrent(found=found)
    return SchemaPlanned(found=found, needed=needed) if is_dry_run else SchemaMigrated(found=found, needed=needed)
