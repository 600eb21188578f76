"""The cache answers from a snapshot, and never gives one moment's answer for another."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.support.payments.payments import NOW, PATH, seconds

from refunds.domain import ids
from refunds.domain.errors import StoreUnavailable
from refunds.domain.settings.parameters import ParameterValue, Value
from refunds.domain.settings.unreadable_settings import Loaded
from refunds.domain.tenancy import ALL_TENANTS, Scope, Tenant, TenantKind
from refunds.usecases.settings.config_cache import TenantConfigCache

MERCHANT = PATH[-1]
DAYS = "refund_window_days"


@dataclass
class Stored:
    """A store of values or tenants in memory that counts how often it was loaded."""

    items: list[object] = field(default_factory=list)
    unreadable: list[object] = field(default_factory=list)
    loads: int = 0
    is_away: bool = False

    async def version(self) -> int:
        if self.is_away:
            raise StoreUnavailable
        return len(self.items)

    async def load_all(self) -> Loaded[object, object]:
        self.loads += 1
        return Loaded(readable=list(self.items), unreadable=list(self.unreadable))

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


async def a_config_cache(*values: ParameterValue, tenants: Sequence[Tenant] = ()) -> TenantConfigCache:
    config_cache = TenantConfigCache(parameters=Stored(list(values)), tenants=Stored(list(tenants)))  # type: ignore[arg-type]
    await config_cache.refresh()
    return config_cache


async def test_nothing_is_loaded_again_while_nothing_has_changed() -> None:
    config_cache = await a_config_cache(a_value(30))

    assert await config_cache.refresh() is False
    assert config_cache.parameters.loads == 1  # type: ignore[attr-defined]


async def test_what_was_stored_is_not_answered_as_unwritten_because_it_cannot_be_read_again() -> None:
    config_cache = await a_config_cache()
    told: list[str] = []
    config_cache.announce = lambda: told.append("moved on")
    await config_cache.parameters.add(ALL_TENANTS, a_value(30))
    config_cache.parameters.is_away = True  # type: ignore[attr-defined]

    await config_cache.publish()
    config_cache.parameters.is_away = False  # type: ignore[attr-defined]
    await config_cache.refresh()

    assert told == ["moved on"]
    assert config_cache.limits(PATH, NOW).refund_window_days == 30


async def test_a_new_value_is_seen_after_the_refresh() -> None:
    config_cache = await a_config_cache()
    before = config_cache.limits(PATH, NOW).refund_window_days

    await config_cache.parameters.add(ALL_TENANTS, a_value(30))
    changed = await config_cache.refresh()

    assert (before, changed, config_cache.limits(PATH, NOW).refund_window_days) == (180, True, 30)
    assert config_cache.resolve(DAYS, PATH, NOW).source == MERCHANT


async def test_a_value_begins_and_ends_by_itself_without_a_refresh() -> None:
    config_cache = await a_config_cache(a_value(30, begins=10, ends=20))

    moments = (0, 9, 10, 19, 20, 30)

    assert [config_cache.limits(PATH, NOW + seconds(at)).refund_window_days for at in moments] == [
        180,
        180,
        30,
        30,
        180,
        180,
    ]


async def test_an_earlier_moment_asked_for_later_is_answered_for_that_moment() -> None:
    config_cache = await a_config_cache(a_value(30, begins=10, ends=20))

    moments = (30, 15, 0, 15, 30)

    assert [config_cache.resolve(DAYS, PATH, NOW + seconds(at)).value for at in moments] == [180, 30, 180, 30, 180]
    assert [config_cache.limits(PATH, NOW + seconds(at)).refund_window_days for at in moments] == [
        180,
        30,
        180,
        30,
        180,
    ]


async def test_a_tenant_is_seen_from_above_and_from_nowhere_else() -> None:
    bank = a_tenant("bnk_1", TenantKind.BANK, ("platform",))
    config_cache = await a_config_cache(tenants=[bank])

    assert config_cache.tenant(ALL_TENANTS, "bnk_1") == bank
    assert config_cache.tenant(Scope(node_id="bnk_1"), "bnk_1") == bank
    assert config_cache.tenant(Scope(node_id="bnk_2"), "bnk_1") is None
    assert config_cache.tenant(ALL_TENANTS, "bnk_2") is None


async def test_a_tenant_that_another_process_added_is_found_at_once() -> None:
    config_cache = await a_config_cache()
    bank = a_tenant("bnk_1", TenantKind.BANK, ("platform",))

    await config_cache.tenants.add(ALL_TENANTS, bank)

    assert await config_cache.find_tenant(ALL_TENANTS, "bnk_1") == bank
    assert await config_cache.find_tenant(ALL_TENANTS, "bnk_1") == bank
    assert config_cache.tenants.loads == 2  # type: ignore[attr-defined]


async def test_after_a_miss_reload_is_called() -> None:
    looks: list[str] = []

    async def look() -> None:
        looks.append("again")

    bank = a_tenant("bnk_1", TenantKind.BANK, ("platform",))
    config_cache = await a_config_cache(tenants=[bank])
    config_cache.reload = look

    assert await config_cache.find_tenant(ALL_TENANTS, "bnk_1") == bank
    assert await config_cache.find_tenant(ALL_TENANTS, "bnk_2") is None
    assert await config_cache.find_tenant(Scope(node_id="bnk_2"), "bnk_1") is None
    assert looks == ["again", "again"]


async def test_a_slow_refresh_does_not_bring_back_an_older_tree() -> None:
    slow, goes_on, has_begun = Stored(), asyncio.Event(), asyncio.Event()
    load_all = slow.load_all
    config_cache = TenantConfigCache(parameters=Stored(), tenants=slow)  # type: ignore[arg-type]

    async def late() -> Loaded[object, object]:
        found = await load_all()
        has_begun.set()
        await goes_on.wait()
        return found

    slow.load_all = late  # type: ignore[method-assign]
    first = asyncio.create_task(config_cache.refresh())
    await has_begun.wait()
    slow.load_all = load_all  # type: ignore[method-assign]
    await slow.add(ALL_TENANTS, a_tenant("bnk_1", TenantKind.BANK, ("platform",)))
    await config_cache.refresh()
    goes_on.set()
    await first

    assert config_cache.tenant(ALL_TENANTS, "bnk_1") is not None


async def test_merchants_are_found_by_the_route_in_a_refund_id() -> None:
    merchant = a_tenant("mer_1", TenantKind.MERCHANT, PATH[:-1])
    config_cache = await a_config_cache(tenants=[merchant])

    assert config_cache.merchants_on_route(ids.merchant_route("mer_1")) == ["mer_1"]
    assert config_cache.merchants_on_route("zzzz") == []
    assert config_cache.tree.merchants_of(Scope(node_id="org_1")) == [merchant]
    assert config_cache.tree.merchants_of(Scope(node_id="org_2")) == []
