"""Card numbers are found however they are written, and what only looks a little like one is let through."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.runtime.problems import Problem
from refunds.services.api.card_numbers import refuse_card_numbers, refuse_card_numbers_in_metadata

# Numbers that the networks publish for tests.
CARDS = [
    "4111111111111111",
    "4222222222222",
    "4000000000000000006",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
    "30569309025904",
    "3530111333300000",
    "6200000000000005",
]

WRITTEN = [
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111.1111.1111.1111",
    "4111_1111_1111_1111",
    "4111 - 1111 - 1111 - 1111",
    "4111\u00a01111\u20091111\u20111111",
    "4111\u20131111\u20131111\u20131111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "3782 822463 10005",
    "\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11",
    "\u0664\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661",
    "4111\u200b1111\u200b1111\u200b1111",
    "card4111111111111111x",
    "xx4111 1111 1111 1111 12/27 123",
    "order 12 4111 1111 1111 1111",
]

HARMLESS = [
    "4111111111111112",
    "1700000000000",
    "8515131751004933",
    "+49 30 1234567",
    "2026-11-25 10:30:00",
    "550e8400-e29b-41d4-a716-446655440000",
    "5f4111111111111111aabbcc",
    "411111111111111111111111111111",
    "40 50 60 30 20 40 50 60 70 80 90 10",
]


def is_refused(text: str) -> bool:
    try:
        refuse_card_numbers({"/reason/text": text})
    except Problem:
        return True
    return False


def is_refused_as_id(text: str) -> bool:
    try:
        refuse_card_numbers({}, {"/gateway_payment_id": text})
    except Problem:
        return True
    return False


@pytest.mark.parametrize("text", [*CARDS, *WRITTEN])
def test_card_number_in_a_text_is_refused(text: str) -> None:
    assert is_refused(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_other_digits_in_a_text_are_let_through(text: str) -> None:
    assert not is_refused(text)


@pytest.mark.parametrize("text", ["4111111111111111", "gp_4111111111111111", "card:4111-1111-1111-1111"])
def test_card_number_in_an_id_is_refused(text: str) -> None:
    assert is_refused_as_id(text)


@pytest.mark.parametrize(
    "text", ["4222222222222", "ch4111111111111111x", "8515131751004933", "pi_3Mtw4111111111111111"]
)
def test_ids_of_goods_and_gateways_are_let_through(text: str) -> None:
    assert not is_refused_as_id(text)


@given(st.uuids())
def test_no_uuid_is_refused(uuid: object) -> None:
    assert not any(is_refused(text) or is_refused_as_id(text) for text in (str(uuid), f"gp_{uuid}"))


@given(st.text(alphabet="0123456789abcdef", min_size=24, max_size=40).filter(lambda text: re.search("[a-f]", text)))
def test_no_hexadecimal_id_is_refused(text: str) -> None:
    assert not is_refused(text)


def test_problem_names_the_field_and_never_the_number() -> None:
    with pytest.raises(Problem) as by_value:
        refuse_card_numbers_in_metadata({"note": "4111 1111 1111 1111"})
    with pytest.raises(Problem) as by_name:
        refuse_card_numbers_in_metadata({"4111111111111111": "x"})

    assert [p.value.errors[0].pointer for p in (by_value, by_name)] == ["/metadata/note", "/metadata"]
    assert all("4111" not in repr(p.value) for p in (by_value, by_name))
