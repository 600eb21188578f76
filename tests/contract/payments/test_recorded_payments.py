"""Under contract: a payment is recorded once, and a repeated request is answered by the first."""

import pytest
from tests.support.adapters.stores import Stores
from tests.support.copies import replace
from tests.support.payments.making import IN_SCOPE, PATH, payment

from refunds.domain.errors import (
    AlreadyExists,
    KeyReused,
)
from refunds.domain.payment.payment import LineItem


async def test_stored_payment_is_read_as_it_was_added(stores: Stores) -> None:
    made = payment(line_items=(LineItem(id="a", amount=10_000, tax_amount=1_900),), metadata={"order": "1"})

    added, is_replayed = await stores.payments.add(made)
    read = await stores.payments.get(IN_SCOPE, made.id)

    assert not is_replayed
    assert read == added == replace(made, events=())


async def test_repeated_request_of_a_payment_is_answered_by_the_first(stores: Stores) -> None:
    first, _ = await stores.payments.add(payment())

    again, is_replayed = await stores.payments.add(payment())

    assert is_replayed
    assert again == first


async def test_repeated_request_without_an_own_id_is_answered_by_the_first(stores: Stores) -> None:
    first, _ = await stores.payments.add(payment())

    again, is_replayed = await stores.payments.add(payment("pay_02", idempotency_key="key-pay_01"))

    assert is_replayed
    assert again.id == first.id


async def test_key_of_a_payment_with_another_body_is_refused(stores: Stores) -> None:
    await stores.payments.add(payment())

    with pytest.raises(KeyReused):
        await stores.payments.add(payment("pay_02", idempotency_key="key-pay_01", fingerprint="other"))


async def test_same_key_of_another_merchant_is_another_request(stores: Stores) -> None:
    await stores.payments.add(payment())

    other = payment("pay_02", merchant_id="mer_02", path=(*PATH[:-1], "mer_02"), idempotency_key="key-pay_01")
    _, is_replayed = await stores.payments.add(other)

    assert not is_replayed


async def test_id_of_a_payment_is_taken_once(stores: Stores) -> None:
    await stores.payments.add(payment())

    with pytest.raises(AlreadyExists):
        await stores.payments.add(payment(idempotency_key="other", gateway_payment_id="other"))


async def test_captured_payment_at_a_gateway_is_recorded_once(stores: Stores) -> None:
    await stores.payments.add(payment())

    with pytest.raises(AlreadyExists):
        await stores.payments.add(payment("pay_02", gateway_payment_id="gw_pay_01"))


async def test_captured_payment_is_recorded_once_also_by_another_merchant(stores: Stores) -> None:
    await stores.payments.add(payment())

    with pytest.raises(AlreadyExists):
        await stores.payments.add(
            payment("pay_02", merchant_id="mer_02", idempotency_key="other", gateway_payment_id="gw_pay_01")
        )
