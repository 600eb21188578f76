"""The stores under contract, by name, each with a way to open it empty. Another one is one more name here."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest
from tests.support.adapters.listed_payments import ListedPayments
from tests.support.adapters.schema import migrated

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.memory.payments.bulk_files import MemoryBulkFiles
from refunds.adapters.memory.payments.payments import MemoryPayments
from refunds.adapters.memory.settings.parameters import MemoryParameters
from refunds.adapters.memory.settings.tenants import MemoryTenants
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.journal.payments import JournalPayments
from refunds.adapters.mongo.journal.schema import create_journal
from refunds.adapters.mongo.payments.bulk_files import MongoBulkFiles
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.adapters.mongo.settings.parameters import MongoParameterStore
from refunds.adapters.mongo.settings.tenants import MongoTenantStore
from refunds.ports.payments.bulk_files import BulkFiles
from refunds.ports.payments.payments import PaymentStore
from refunds.ports.projections.refund_lists import RefundLists
from refunds.ports.settings.parameters import ParameterStore
from refunds.ports.settings.tenants import TenantStore


@dataclass
class Stores:
    """The stores of one implementation, empty. `lists` is None where it is fed by another process."""

    payments: PaymentStore
    tenants: TenantStore
    parameters: ParameterStore
    bulk_files: BulkFiles
    lists: RefundLists | None


@asynccontextmanager
async def _in_memory() -> AsyncIterator[Stores]:
    payments, tenants = MemoryPayments(), MemoryTenants()
    yield Stores(
        payments=payments,
        tenants=tenants,
        parameters=MemoryParameters(),
        bulk_files=MemoryBulkFiles(),
        lists=ListedPayments(payments),
    )


@asynccontextmanager
async def _on_mongodb(uri: str, name: str, kind: type[MongoPaymentStore | JournalPayments]) -> AsyncIterator[Stores]:
    client = connect(uri, timeout_s=10.0, connections_max=8, application="contract")
    database = open_database(client, name)
    await migrated(database)
    if kind is JournalPayments:
        await create_journal(database)
    payments = kind(database, SystemIds().write_token)
    yield Stores(
        payments=payments,
        tenants=MongoTenantStore(database),
        parameters=MongoParameterStore(database),
        bulk_files=MongoBulkFiles(database),
        lists=None,
    )
    await payments.drain()
    await client.close()


def memory_stores(_request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Stores]:
    """All in memory."""
    return _in_memory()


def mongo_stores(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Stores]:
    """A fresh database on a real replica set."""
    return _on_mongodb(
        request.getfixturevalue("mongodb_uri"), request.getfixturevalue("mongodb_database"), MongoPaymentStore
    )


def journal_stores(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Stores]:
    """A fresh database on the same replica set, with payments on the journal."""
    return _on_mongodb(
        request.getfixturevalue("mongodb_uri"), request.getfixturevalue("mongodb_database"), JournalPayments
    )


Open = Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Stores]]
"""Called outside of any event loop, since fixtures of servers run their own."""

STORES: dict[str, Open] = {"memory": memory_stores, "mongo": mongo_stores, "journal": journal_stores}
