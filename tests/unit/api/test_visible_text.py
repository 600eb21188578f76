"""Names hold something to see, in whatever script."""

import sys
import unicodedata

import pytest

from refunds.runtime.http.problems import Problem
from refunds.services.api.checks.visible_text import refuse_invisible


def is_refused(name: str) -> bool:
    try:
        refuse_invisible({"/name": name})
    except Problem as refused:
        return refused.errors[0].pointer == "/name"
    return False


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "\u00a0\u2007\u202f\u3000",
        "\u200b\u200f",
        "\u2800",
        "\u3164",
        "\ufeff",
        "\u2060\u2063",
        "\u00ad",
        "\u115f\u1160",
        "\uffa0",
        "\u034f",
        "\ufe0f",
        "\U000e0041",
        "\U000e0100",
        "\t\r\n",
        "\u2028\u2029",
        "\uffff",
        "\u202e\u202c",
    ],
)
def test_name_of_what_nobody_sees_is_refused(name: str) -> None:
    assert is_refused(name)
    assert not is_refused(f"{name}x{name}")


@pytest.mark.parametrize("name", ["A", "-", "0", "日本", "مطعم", "👟", "e\u0301", "\u200fمطعم\u200f", "\u00bd"])
def test_name_with_something_to_see_is_taken(name: str) -> None:
    assert not is_refused(name)


def test_no_letter_digit_or_sign_of_unicode_is_taken_for_nothing() -> None:
    fillers = set("\u115f\u1160\u3164\uffa0\u2800")

    refused = [
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(char)[0] in "LNPS" and char not in fillers and is_refused(char)
    ]

    assert refused == []
