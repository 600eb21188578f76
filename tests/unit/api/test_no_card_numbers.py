"""Ids, numbers of goods and times are not taken for card numbers."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.api.card_number_checks import ean_completed, is_refused, is_refused_as_id, luhn_completed


@given(st.uuids())
def test_no_uuid_is_refused(uuid: object) -> None:
    assert not any(is_refused(text) or is_refused_as_id(text) for text in (str(uuid), f"gp_{uuid}"))


@given(st.text(alphabet="0123456789abcdef", min_size=24, max_size=40).filter(lambda text: re.search("[a-f]", text)))
def test_no_hexadecimal_id_is_refused(text: str) -> None:
    assert not is_refused(text)


@given(st.sampled_from(["01", "35", "86", "99", "44", "49", "52", "300", "45"]), st.integers(0, 10**12 - 1))
def test_no_imei_is_refused(begins: str, rest: int) -> None:
    imei = luhn_completed(f"{begins}{rest:012d}"[:14])

    assert not is_refused(imei)
    assert not is_refused(f"IMEI: {imei}")
    assert not is_refused_as_id(imei)


@given(st.integers(0, 10**12 - 1))
def test_no_number_of_goods_is_refused(number: int) -> None:
    assert not is_refused(f"EAN {ean_completed(f'{number:012d}')}")


@given(st.sampled_from(["49", "43", "44", "46"]), st.integers(10**10, 10**11 - 1))
def test_no_phone_number_with_its_plus_is_refused(country: str, number: int) -> None:
    assert not is_refused(f"+{country}{number}")
    assert not is_refused(f"call +{country} {str(number)[:3]} {str(number)[3:]}")


def gtin_completed(digits: str) -> str:
    """The digits with the check digit of GS1, weights 3 and 1 from the right, found by trying."""
    total = sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


@given(st.sampled_from("012456789"), st.integers(0, 10**12 - 1))
def test_no_number_of_a_trade_unit_is_refused(indicator: str, number: int) -> None:
    assert not is_refused(f"GTIN {gtin_completed(f'{indicator}{number:012d}')}")


@given(st.lists(st.integers(0, 99_999), min_size=2, max_size=9))
def test_no_list_of_small_numbers_is_refused(numbers: list[int]) -> None:
    assert not is_refused(f"orders {', '.join(map(str, numbers))}")


@given(st.lists(st.integers(0, 59), min_size=3, max_size=8))
def test_no_time_with_colons_is_refused(parts: list[int]) -> None:
    assert not is_refused(":".join(f"{part:02d}" for part in parts))


@given(st.integers(10**12, 2 * 10**12 - 1))
def test_no_time_is_refused(milliseconds: int) -> None:
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)

    for written in (f"{at:%Y%m%d%H%M%S}", f"{milliseconds}", f"{milliseconds}000", f"{milliseconds}000000"):
        assert not is_refused(written)
