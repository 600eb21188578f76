"""Defines `refunds read-models`, which requests a rebuild of list, roll-ups and ledger from the payments.

The command writes its request directly to the database.
"""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.cli.client.instance_option import READY_FILE, AsJson, read_instance
from refunds.cli.database import Database, database_of
from refunds.cli.errors import command, failure
from refunds.cli.views.output import console, error_console, print_json
from refunds.cli.views.progress import Stage, Stages
from refunds.domain.errors import Overloaded
from refunds.texts import command_facts as facts
from refunds.texts.notices.command_notices import RebuildDone, RebuildOrdered
from refunds.texts.notices.notice_texts import notice_of
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models
from refunds.usecases.projections.watch_rebuild import RebuildStandsStill, RebuildStep, WatchRebuild

app = App(name="read-models", help="Rebuild lists, daily totals and ledger.")

LOOK_S = 0.5

NoWait = Annotated[bool, Parameter(name="--no-wait", negative="")]


class RebuildOut(msgspec.Struct, kw_only=True, frozen=True):
    """A rebuild as JSON. `is_current` is True if lists, totals and ledger already use this generation."""

    generation: int
    is_current: bool


@app.command
@command
async def rebuild(*, no_wait: NoWait = False, ready_file: Path = READY_FILE, as_json: AsJson = False) -> int:
    """Rebuild lists, daily totals and ledger from the payments. The service uses the old ones meanwhile.

    The process reporting-engine does the work, and continues if this command is stopped. If a rebuild already runs, it
    starts again. Do not rebuild during a deployment: every api process must be able to use the new lists.

    Parameters
    ----------
    no_wait
        Only request the rebuild, and do not wait for its end.
    ready_file
        Written by `refunds up`; contains the address of the database.
    """
    async with database_of(read_instance(ready_file), "refunds-read-models") as database:
        try:
            generation = await rebuild_read_models(MongoReadModels(database))
        except Overloaded:
            raise failure(facts.RebuildNotOrdered()) from None
        if not no_wait:
            await _watch(database, generation)
    if as_json:
        print_json(msgspec.json.encode(RebuildOut(generation=generation, is_current=not no_wait)))
    else:
        kind = RebuildOrdered if no_wait else RebuildDone
        console().print(notice_of(kind(generation=generation)))
    return 0


async def _watch(database: Database, generation: int) -> None:
    scan = MongoPaymentScan(database)
    with Stages(error_console()).stage("rebuilding", await scan.count_about()) as stage:
        watch = WatchRebuild(
            models=MongoReadModels(database),
            count_between=scan.count_between,
            pause=partial(asyncio.sleep, LOOK_S),
            report=partial(_show, stage),
        )
        try:
            await watch.until_current(generation)
        except RebuildStandsStill:
            raise failure(facts.RebuildNotBegun()) from None


def _show(stage: Stage, step: RebuildStep, scanned: int) -> None:
    stage.advance(scanned)
    stage.note(step.value)
