"""What every store of files' keys promises (`ports.payments.bulk_files`), and the look-up of payments' tenant paths."""

import asyncio

import pytest
from tests.support.adapters.stores import Stores
from tests.support.copies import replace
from tests.support.payments.payments import PATH, a_payment

from refunds.domain.errors import TenantNotFound
from refunds.domain.refund.bulk_file import BulkFile
from refunds.domain.tenancy import ALL_TENANTS, Scope

ONE = BulkFile(path=PATH, key="file", content="a" * 32, rows=("0" * 32, "f" * 32))
OTHER_MERCHANT = replace(ONE, path=(*PATH[:-1], "mer_2"), rows=())


async def test_file_is_found_as_it_was_bound(stores: Stores) -> None:
    bound = await stores.bulk_files.bind(ALL_TENANTS, [ONE, OTHER_MERCHANT])

    assert list(bound) == [ONE, OTHER_MERCHANT]
    assert list(await stores.bulk_files.find(ALL_TENANTS, "file", ["mer_1", "mer_3"])) == [ONE]
    assert not await stores.bulk_files.find(ALL_TENANTS, "another", ["mer_1"])


async def test_same_file_is_bound_again_and_what_was_missing_with_it(stores: Stores) -> None:
    await stores.bulk_files.bind(ALL_TENANTS, [ONE])

    bound = await stores.bulk_files.bind(ALL_TENANTS, [ONE, OTHER_MERCHANT])

    assert list(bound) == [ONE, OTHER_MERCHANT]


async def test_other_file_under_a_bound_key_changes_nothing(stores: Stores) -> None:
    await stores.bulk_files.bind(ALL_TENANTS, [ONE])
    others = [replace(file, content="b" * 32) for file in (ONE, OTHER_MERCHANT)]

    bound = await stores.bulk_files.bind(ALL_TENANTS, others)

    assert list(bound) == [ONE]
    assert list(await stores.bulk_files.find(ALL_TENANTS, "file", ["mer_1", "mer_2"])) == [ONE]


async def test_of_many_files_bound_at_once_under_one_key_one_is_stored(stores: Stores) -> None:
    files = [replace(ONE, content=f"{number % 2:032x}") for number in range(200)]

    bound = await asyncio.gather(*(stores.bulk_files.bind(ALL_TENANTS, [file]) for file in files))

    assert len({stored.content for found in bound for stored in found}) == 1


async def test_keys_of_merchants_are_apart_and_foreign_ones_are_not_seen(stores: Stores) -> None:
    await stores.bulk_files.bind(ALL_TENANTS, [ONE])

    assert not await stores.bulk_files.find(Scope(node_id="mer_2"), "file", ["mer_1"])
    with pytest.raises(TenantNotFound):
        await stores.bulk_files.bind(Scope(node_id="mer_2"), [ONE])


async def test_no_file_binds_nothing(stores: Stores) -> None:
    assert not await stores.bulk_files.bind(ALL_TENANTS, [])


async def test_places_of_payments_are_found_within_the_scope(stores: Stores) -> None:
    await stores.payments.add(a_payment())

    assert await stores.payments.paths(ALL_TENANTS, ["pay_1", "pay_none"]) == {"pay_1": PATH}
    assert await stores.payments.paths(Scope(node_id="mer_2"), ["pay_1"]) == {}
