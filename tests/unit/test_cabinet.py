"""The cabinet answers from a snapshot, and never gives one moment's answer for another."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.support.payments import NOW, PATH, seconds

from refunds.domain import ids
from refunds.domain.parameters import ParameterValue, Value
from refunds.domain.tenancy import EVERYTHING, Scope, Tenant, TenantKind
from refunds.usecases.cabinet import Cabinet

MERCHANT = PATH[-1]
DAYS = "refund_window_days"


@dataclass
class Stored:
    """A store of values or tenants in memory that counts how often it was loaded."""

    items: list[object] = field(default_factory=list)
    loads: int = 0

    async def version(self) -> int:
        return len(self.items)

    async def load_all(self) -> Sequence[object]:
        self.loads += 1
        return list(self.items)

    async def add(self, scope: Scope, item: object) -> None:
        self.items.append(item)


def a_value(value: Value, begins: float = 0, ends: float | None = None, node: str = MERCHANT) -> ParameterValue:
    return ParameterValue(
        id=f"prv_{value}",
        name=DAYS,
        tenant_id=node,
        value=value,
        effective_from=NOW + seconds(begins),
        expires_at=None if ends is None else NOW + seconds(ends),
        set_by="usr_admin",
        set_at=NOW,
    )


def a_tenant(id_: str, kind: TenantKind, path: tuple[str, ...]) -> Tenant:
    return Tenant(id=id_, kind=kind, parent_id=path[-1], name=id_, path=(*path, id_))


async def a_cabinet(*values: ParameterValue, tenants: Sequence[Tenant] = ()) -> Cabinet:
    cabinet = Cabinet(parameters=Stored(list(values)), tenants=Stored(list(tenants)))  # type: ignore[arg-type]
    await cabinet.refresh()
    return cabinet


async def test_nothing_is_loaded_again_while_nothing_has_changed() -> None:
    cabinet = await a_cabinet(a_value(30))

    assert await cabinet.refresh() is False
    assert cabinet.parameters.loads == 1  # type: ignore[attr-defined]


async def test_a_new_value_is_seen_after_the_refresh() -> None:
    cabinet = await a_cabinet()
    before = cabinet.limits(PATH, NOW).refund_window_days

    await cabinet.parameters.add(EVERYTHING, a_value(30))
    changed = await cabinet.refresh()

    assert (before, changed, cabinet.limits(PATH, NOW).refund_window_days) == (180, True, 30)
    assert cabinet.resolve(DAYS, PATH, NOW).source == MERCHANT


async def test_a_value_begins_and_ends_by_itself_without_a_refresh() -> None:
    cabinet = await a_cabinet(a_value(30, begins=10, ends=20))

    moments = (0, 9, 10, 19, 20, 30)

    assert [cabinet.limits(PATH, NOW + seconds(at)).refund_window_days for at in moments] == [
        180,
        180,
        30,
        30,
        180,
        180,
    ]


async def test_an_earlier_moment_asked_for_later_is_answered_for_that_moment() -> None:
    cabinet = await a_cabinet(a_value(30, begins=10, ends=20))

    moments = (30, 15, 0, 15, 30)

    assert [cabinet.resolve(DAYS, PATH, NOW + seconds(at)).value for at in moments] == [180, 30, 180, 30, 180]
    assert [cabinet.limits(PATH, NOW + seconds(at)).refund_window_days for at in moments] == [180, 30, 180, 30, 180]


async def test_a_tenant_is_seen_from_above_and_from_nowhere_else() -> None:
    bank = a_tenant("bnk_1", TenantKind.BANK, ("platform",))
    cabinet = await a_cabinet(tenants=[bank])

    assert cabinet.tenant(EVERYTHING, "bnk_1") == bank
    assert cabinet.tenant(Scope(node_id="bnk_1"), "bnk_1") == bank
    assert cabinet.tenant(Scope(node_id="bnk_2"), "bnk_1") is None
    assert cabinet.tenant(EVERYTHING, "bnk_2") is None


async def test_a_tenant_that_another_process_added_is_found_at_once() -> None:
    cabinet = await a_cabinet()
    bank = a_tenant("bnk_1", TenantKind.BANK, ("platform",))

    await cabinet.tenants.add(EVERYTHING, bank)

    assert await cabinet.find_tenant(EVERYTHING, "bnk_1") == bank
    assert await cabinet.find_tenant(EVERYTHING, "bnk_1") == bank
    assert cabinet.tenants.loads == 2  # type: ignore[attr-defined]


async def test_after_a_miss_it_is_looked_for_as_it_was_told_to() -> None:
    looks: list[str] = []

    async def look() -> None:
        looks.append("again")

    bank = a_tenant("bnk_1", TenantKind.BANK, ("platform",))
    cabinet = await a_cabinet(tenants=[bank])
    cabinet.look_again = look

    assert await cabinet.find_tenant(EVERYTHING, "bnk_1") == bank
    assert await cabinet.find_tenant(EVERYTHING, "bnk_2") is None
    assert await cabinet.find_tenant(Scope(node_id="bnk_2"), "bnk_1") is None
    assert looks == ["again", "again"]


async def test_a_slow_refresh_does_not_bring_back_an_older_tree() -> None:
    slow, goes_on, has_begun = Stored(), asyncio.Event(), asyncio.Event()
    load_all = slow.load_all
    cabinet = Cabinet(parameters=Stored(), tenants=slow)  # type: ignore[arg-type]

    async def late() -> Sequence[object]:
        found = await load_all()
        has_begun.set()
        await goes_on.wait()
        return found

    slow.load_all = late  # type: ignore[method-assign]
    first = asyncio.create_task(cabinet.refresh())
    await has_begun.wait()
    slow.load_all = load_all  # type: ignore[method-assign]
    await slow.add(EVERYTHING, a_tenant("bnk_1", TenantKind.BANK, ("platform",)))
    await cabinet.refresh()
    goes_on.set()
    await first

    assert cabinet.tenant(EVERYTHING, "bnk_1") is not None


async def test_merchants_are_found_by_the_route_in_a_refund_id() -> None:
    merchant = a_tenant("mer_1", TenantKind.MERCHANT, PATH[:-1])
    cabinet = await a_cabinet(tenants=[merchant])

    assert cabinet.merchants_on_route(ids.merchant_route("mer_1")) == ["mer_1"]
    assert cabinet.merchants_on_route("zzzz") == []
    assert cabinet.tree.merchants_of(Scope(node_id="org_1")) == [merchant]
    assert cabinet.tree.merchants_of(Scope(node_id="org_2")) == []
