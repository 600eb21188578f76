"""What every store of parameters promises (`ports.settings.parameters`)."""

from datetime import timedelta

import pytest
from tests.support.adapters.stores import Stores
from tests.support.copies import replace
from tests.support.payments.making import NOW

from refunds.domain.errors import AlreadyExists
from refunds.domain.settings.parameters import ParameterValue, Value
from refunds.domain.tenancy import ALL_TENANTS

DAYS = ParameterValue(
    id="prv_01",
    name="refund_window_days",
    tenant_id="mer_01",
    value=30,
    effective_from=NOW,
    expires_at=NOW + timedelta(days=1),
    set_by="admin_1",
    set_at=NOW,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("refund_window_days", 30),
        ("refund_window_days", 2**53),
        ("pay_out_during_dispute", True),
        ("refund_amount_max", None),
        ("refund_amount_max", {"USD": 100, "JPY": 2**33}),
        ("gateway_retry_delays_s", (3, 9, 27)),
        ("refund_methods_allowed", ("original_payment", "balance")),
        ("parameter_of_a_later_release", 0.5),
    ],
)
async def test_values_are_loaded_as_they_were_added(stores: Stores, name: str, value: Value) -> None:
    added = replace(DAYS, name=name, value=value)

    await stores.parameters.add(ALL_TENANTS, added)

    assert list((await stores.parameters.load_all()).readable) == [added]


async def test_version_grows_with_every_value(stores: Stores) -> None:
    before = await stores.parameters.version()
    await stores.parameters.add(ALL_TENANTS, DAYS)
    between = await stores.parameters.version()
    await stores.parameters.add(ALL_TENANTS, replace(DAYS, id="prv_02"))

    assert before < between < await stores.parameters.version()


async def test_id_of_a_value_is_taken_once(stores: Stores) -> None:
    await stores.parameters.add(ALL_TENANTS, DAYS)

    with pytest.raises(AlreadyExists):
        await stores.parameters.add(ALL_TENANTS, replace(DAYS, value=31))

    assert list((await stores.parameters.load_all()).readable) == [DAYS]


async def test_later_value_leaves_the_earlier_one_in_the_history(stores: Stores) -> None:
    later = replace(DAYS, id="prv_02", value=60, set_at=NOW + timedelta(hours=1))

    await stores.parameters.add(ALL_TENANTS, DAYS)
    await stores.parameters.add(ALL_TENANTS, later)

    assert sorted((await stores.parameters.load_all()).readable, key=lambda value: value.id) == [DAYS, later]
