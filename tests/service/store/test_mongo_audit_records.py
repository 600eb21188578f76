"""The audit log as the relay writes it, read in pages; a page of events looks at no more than it may."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop, path_of

from refunds.adapters.memory.settings.parameters import MemoryParameters
from refunds.adapters.memory.settings.tenants import MemoryTenants
from refunds.adapters.mongo.audit.audit_records import MongoAuditRecords
from refunds.domain.audit.hash_chain import ChainHead, first_break
from refunds.domain.tenancy import ALL_TENANTS, Tenant, TenantKind, TenantTree
from refunds.usecases.projections.list_events import EventFilter, ListBounds, ListEvents
from refunds.usecases.settings.config_cache import TenantConfigCache

Database = AsyncDatabase[Any]


def merchant(number: int) -> Tenant:
    """One of the shop's merchants."""
    name = f"mer_{number}"
    return Tenant(id=name, kind=TenantKind.MERCHANT, parent_id="org_1", name=name, path=path_of(name))


async def test_chain_is_read_in_order_and_to_its_end(database: Database) -> None:
    await Shop(database).busy_hour(4)
    await run_dry(relay_of(database), database)

    records = MongoAuditRecords(database)
    first = await records.of_chain(merchant(0), 0, 5)
    rest = await records.of_chain(merchant(0), 5, 1_000)

    last = rest[-1].link
    head = ChainHead(chain=last.chain, seq=last.seq, hash=last.hash)
    assert first_break([record.link for record in (*first, *rest)], head) is None
    of_one = await records.of_subject(merchant(0), first[0].entry.subject, 2, 3)
    assert [record.link.seq for record in of_one] == [3, 4, 5]
    assert await records.of_subject(merchant(1), first[0].entry.subject, 0, 3) == []


async def test_every_event_is_listed_once_whatever_a_call_may_look_at(database: Database) -> None:
    shop = Shop(database)
    await shop.busy_hour(6)
    await run_dry(relay_of(database), database)
    tree = TenantTree(nodes={tenant.id: tenant for tenant in map(merchant, range(4))})
    config_cache = TenantConfigCache(parameters=MemoryParameters(), tenants=MemoryTenants(), tree=tree)
    list_events = ListEvents(
        records=MongoAuditRecords(database),
        payments=shop.payments,
        config_cache=config_cache,
        bounds=ListBounds(records_max=3, merchants_max=2),
    )

    seen, cursor, pages = [], "", 0
    while cursor or not pages:
        page = await list_events(ALL_TENANTS, EventFilter(limit=2, cursor=cursor, type="refund.completed"))
        seen += [told.event.id for told in page.events]
        cursor, pages = page.next_cursor, pages + 1

    assert len(seen) == len(set(seen)) == 6
    assert pages > 10
