"""Card numbers are found however they are written, and what only looks a little like one is let through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.api.card_number_checks import ean_completed, is_refused, is_refused_as_id, luhn_completed

from refunds.runtime.http.problems import Problem
from refunds.services.api.checks.card_numbers import refuse_card_numbers_in_metadata

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

# More of them: Visa, Mastercard, Amex, Discover, Diners, JCB, UnionPay, Maestro, RuPay, Mir, Elo, Hipercard, Troy.
CARDS += [
    "4012888888881881",
    "4000056655665556",
    "5105105105105100",
    "5200828282828210",
    "2720990000000007",
    "371449635398431",
    "341111111111111",
    "6011000990139424",
    "6445644564456445",
    "6510000000000356",
    "38520000023237",
    "36227206271667",
    "3056930009020004",
    "3566002020360505",
    "3530111333300000",
    "6205500000000000004",
    "6759649826438453",
    "6799990100000000019",
    "6304000000000000",
    "5019717010103742",
    "2200000000000004",
    "5066991111111118",
    "6362970000457013",
    "6062828888666688",
    "9792030394440796",
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
    "4111|1111|1111|1111",
    "4111 | 1111 | 1111 | 1111",
    "4111,1111,1111,1111",
    "4111:1111:1111:1111",
    "4111;1111;1111;1111",
    "4111*1111*1111*1111",
    "4111+1111+1111+1111",
    "4111%201111%201111%201111",
    "4111=1111=1111=1111",
    "4111~1111~1111~1111",
    "4111#1111#1111#1111",
    "4111\\1111\\1111\\1111",
    "4111\u20441111\u20441111\u20441111",
    "4111\u00b71111\u00b71111\u00b71111",
    "4111\uff5c1111\uff5c1111\uff5c1111",
    "4111&nbsp;1111&nbsp;1111&#160;1111",
    "04111111111111111",
    "0 4111 1111 1111 1111",
    "04000000000000000006",
    "".join(f"{digit}\ufe0f\u20e3" for digit in "4111111111111111"),
    "4\u0301111111111111111",
    "paid:4111111111111111,123",
]

HARMLESS = [
    "356938035296301",
    "IMEI 356938035296301 2 pcs",
    "IMEI 356938035296301 2026",
    "300125010000008",
    "EAN 4006381333931",
    "4006381333931 500 g",
    "+4915123456787",
    "1764412345678901",
    "20261129103000",
    "20261129103000123",
    "490154203237518",
    "4111111111111112",
    "1700000000000",
    "8515131751004933",
    "+49 30 1234567",
    "2026-11-25 10:30:00",
    "550e8400-e29b-41d4-a716-446655440000",
    "5f4111111111111111aabbcc",
    "411111111111111111111111111111",
    "40 50 60 30 20 40 50 60 70 80 90 10",
    "41,11,11,11,11,11,11,11",
    "4111, 1111, 1111, 1111",
    "4,111,111,111,111,111.00",
    "11:11:11:11:11:11:11:11",
    "2200-11-25 10:30:00.12",
    "004111111111111111",
    "(00)540123450000000012",
]


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
    "text", ["4222222222222", "ch4111111111111111x", "8515131751004933", "pi_3Mtw4111111111111111", "135412340000004"]
)
def test_ids_of_goods_and_gateways_are_let_through(text: str) -> None:
    assert not is_refused_as_id(text)


def test_number_of_uatp_in_a_text_is_refused() -> None:
    assert is_refused("135412340000004")


# Brand, how its numbers begin, and how long they are, as the networks publish it.
BRANDS = [
    ("Visa", ["4"], [16, 19]),
    ("Mastercard", ["51", "55", "2221", "2500", "2720"], [16]),
    ("American Express", ["34", "37"], [15]),
    ("Discover", ["6011", "644", "649", "65", "622126", "622925"], [16, 17, 18, 19]),
    ("Diners", ["300", "305", "3095", "36", "38", "39"], [14, 16, 17, 18, 19]),
    ("JCB", ["3528", "3589"], [16, 17, 18, 19]),
    ("UnionPay", ["62"], [16, 17, 18, 19]),
    ("Maestro", ["5018", "6304", "6759", "6763"], [13, 14, 15, 16, 17, 18, 19]),
    ("Mir", ["2200", "2204"], [16, 17, 18, 19]),
    ("BORICA", ["2205"], [16, 17, 18, 19]),
    ("RuPay", ["60", "81", "82", "508"], [16]),
    ("UATP", ["1"], [15]),
    ("NAPAS", ["9704"], [16, 19]),
    ("GPN", ["1946"], [16, 18, 19]),
    ("Switch", ["4903", "4905", "4911", "4936", "6333", "564182"], [16, 18, 19]),
    ("UnionPay, series 8", ["810", "817"], [16, 17, 18, 19]),
    ("China T-Union", ["31"], [19]),
    ("WEX", ["960046"], [19]),
    ("national bodies", ["9051", "9112", "9417", "9792", "9860"], [16]),
    ("Uzcard", ["8600", "5614"], [16]),
]


@given(
    st.sampled_from([(begins, n) for _, all_begins, lengths in BRANDS for begins in all_begins for n in lengths]),
    st.integers(0, 10**19 - 1),
    st.sampled_from(["", " ", "-"]),
)
def test_numbers_of_all_brands_are_refused_however_they_are_grouped(
    kind: tuple[str, int], rest: int, between: str
) -> None:
    begins, length = kind
    number = luhn_completed((begins + f"{rest:019d}")[: length - 1])
    if length == 13 and ean_completed(number[:12]) == number:
        return

    assert is_refused(between.join(number[at : at + 4] for at in range(0, length, 4)))


def test_problem_names_the_field_and_never_the_number() -> None:
    with pytest.raises(Problem) as by_value:
        refuse_card_numbers_in_metadata({"note": "4111 1111 1111 1111"})
    with pytest.raises(Problem) as by_name:
        refuse_card_numbers_in_metadata({"4111111111111111": "x"})

    assert [p.value.errors[0].pointer for p in (by_value, by_name)] == ["/metadata/note", "/metadata"]
    assert all("4111" not in repr(p.value) for p in (by_value, by_name))
