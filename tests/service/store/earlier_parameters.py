"""Parameter values as an earlier release stored them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.shop import START

from refunds.adapters.mongo.settings.parameters import MongoParameterStore
from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.tenancy import ALL_TENANTS

Database = AsyncDatabase[Any]
MERCHANT = "mer_1"


def whole_units(number: int, value: int | None, *, tenant_id: str = MERCHANT, minutes: int = 0) -> ParameterValue:
    """As a release stored it for which 1,000 meant 1,000 of any currency."""
    at = START + timedelta(minutes=minutes)
    return ParameterValue(
        id=f"par_{number:04d}",
        name="refund_amount_max_major",
        tenant_id=tenant_id,
        value=value,
        effective_from=at,
        expires_at=None,
        set_by="usr_ana",
        set_at=at,
    )


async def stored_earlier(database: Database, values: Sequence[ParameterValue]) -> MongoParameterStore:
    """Adds them with their audit records, as that release did."""
    store = MongoParameterStore(database)
    for value in values:
        await store.add(ALL_TENANTS, value)
    return store
