"""Relays over a real database for tests: made, run until nothing is left, and what they have written."""

from collections.abc import Mapping
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.shop import SteppedClock

from refunds.adapters.mongo.cluster_time import present
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.projections.feed import FeedSettings, MongoFeed
from refunds.adapters.mongo.projections.offsets import POSITION_ID, read_generation
from refunds.adapters.mongo.projections.quarantine import KEPT_MAX, MongoQuarantineStore
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.read_model_schema import GENERATIONAL, of_generation
from refunds.ports.projections.read_models import Phase
from refunds.usecases.projections.relay_events import RelayBounds, RelayEvents

STEPS_MAX = 400
READ_MODELS = GENERATIONAL


def relay_of(
    database: AsyncDatabase[Any],
    name: str = "relay_1",
    *,
    models: MongoReadModels | None = None,
    changes_max: int = 500,
    scanned_payments_max: int = 200,
    polls_before_takeover: int = 6,
    kept_max: int = KEPT_MAX,
) -> RelayEvents:
    """A relay that never lingers and hardly waits."""
    return RelayEvents(
        feed=MongoFeed(database, FeedSettings(changes_max=changes_max, linger_s=0.0, busy_linger_s=0.0, wait_s=0.02)),
        models=models or MongoReadModels(database),
        scan=MongoPaymentScan(database),
        quarantine_store=MongoQuarantineStore(database, POSITION_ID, kept_max=kept_max),
        clock=SteppedClock(),
        name=name,
        bounds=RelayBounds(
            scanned_payments_max=scanned_payments_max,
            empty_takes_before_save=1,
            polls_before_takeover=polls_before_takeover,
        ),
    )


async def run_dry(relay: RelayEvents, database: AsyncDatabase[Any]) -> int:
    """Steps until all that was written before the call is applied; the number of changes applied."""
    until, models, changes = await present(database), MongoReadModels(database), 0
    for _ in range(STEPS_MAX):
        changes += (await relay()).changes
        position = await models.position()
        is_rebuilt = not position.is_building and position.is_spare_empty
        if position.phase is Phase.STREAMING and position.read_to >= until and is_rebuilt:
            return changes
    raise AssertionError("the relay does not catch up")


async def current(database: AsyncDatabase[Any], name: str) -> AsyncCollection[Any]:
    """The collection that is read: of list, roll-ups and ledger that of the current generation."""
    return database[of_generation(name, await read_generation(database)) if name in GENERATIONAL else name]


async def contents(
    database: AsyncDatabase[Any], names: tuple[str, ...] = READ_MODELS
) -> Mapping[str, list[Mapping[str, Any]]]:
    """All documents of the collections, by id; of the current generation where there are several."""
    return {name: await (await current(database, name)).find({}).sort("_id", 1).to_list(None) for name in names}


async def versions_published(database: AsyncDatabase[Any]) -> int:
    """How many versions of payments have published events."""
    published = {
        (payment["_id"], event["id"].split("_")[2])
        async for payment in database["payments"].find()
        for refund in payment["refunds"]
        for event in refund["history"]
    }
    return len(published) + await database["payments"].count_documents({})
