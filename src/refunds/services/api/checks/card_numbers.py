"""Finds possible card numbers in the texts of a body, so that no card number is stored.

The routes call this module. docs/decisions/0015 defines what counts as a card number, and why ids that other systems
assigned are checked less strictly. The error message never repeats a number that was found.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape
from unicodedata import category, normalize
from urllib.parse import unquote

from refunds.runtime.schema.decoding import field_problem
from refunds.services.api.checks.card_ranges import is_issued, is_issued_and_no_id
from refunds.texts.fields import request_field_facts

DIGITS_MIN, DIGITS_MAX = 13, 19
ID_DIGITS_MIN = 14
"""Minimum length of a card number in an id. Networks no longer issue 13 digits, but article numbers (EAN) have 13."""
GROUP_DIGITS_MIN = 3
"""Minimum length of a group of digits if other digits stand around the number. Otherwise groups may be shorter."""

_SIGNS = r"\s._/|*+=~#\\\-\u00b7\u2010-\u2015\u2022\u2044\u2212"
_BETWEEN = rf"(?:[{_SIGNS}]{{0,3}}|[,:;])"
"""Matches the characters between the digits of one number.

A comma, colon or semicolon counts only if no space follows, because with a space it separates items.
"""
_ENOUGH_DIGITS = re.compile(rf"\d(?:[{_SIGNS},:;]{{0,3}}\d){{{DIGITS_MIN - 1}}}")
"""Tests quickly whether a text has enough digits for a card number. Almost no text has."""
_PARTS_GROUPS = re.compile(r"[,:;|*+=~#\\]")
"""Matches characters that may separate numbers. If one occurs, groups below GROUP_DIGITS_MIN digits are not joined."""
_RUN = re.compile(rf"\d(?:{_BETWEEN}\d){{{DIGITS_MIN - 1},}}")
_RUN_APART = re.compile(rf"(?<![^\W_])\d(?:{_BETWEEN}\d){{{ID_DIGITS_MIN - 1},}}(?![^\W_])")
_GROUP = re.compile(r"\d+")
_PHONE = re.compile(rf"\+\d(?:{_BETWEEN}\d){{{DIGITS_MIN - 1}}}(?!{_BETWEEN}\d)")
"""Matches 13 digits after a plus sign. They are a phone number (E.164), for example a German or Austrian one."""
_HEX_WORD = re.compile(
    r"(?<![^\W_])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[0-9]*[a-f])[0-9a-f]{24,})(?![^\W_])", re.IGNORECASE
)


def refuse_card_numbers(texts: Mapping[str, str], ids: Mapping[str, str] | None = None) -> None:
    """Raises a problem 422 that points to the first field that may contain a card number.

    People wrote the `texts`. Other systems assigned the `ids`. In ids, digits next to letters are not checked.
    """
    for pointer, text in texts.items():
        if len(text) >= DIGITS_MIN and _has_card_number(text, _RUN, is_issued):
            raise _found_in(pointer)
    for pointer, text in (ids or {}).items():
        if len(text) >= ID_DIGITS_MIN and _has_card_number(text, _RUN_APART, is_issued_and_no_id):
            raise _found_in(pointer)


def refuse_card_numbers_in_metadata(metadata: Mapping[str, str]) -> None:
    """Raises the problem of `refuse_card_numbers` if a name or a value may contain a card number.

    For a name, the pointer is only `/metadata`, so that the problem does not repeat the name.
    """
    for name in metadata:
        refuse_card_numbers({"/metadata": name})
    refuse_card_numbers({f"/metadata/{name}": text for name, text in metadata.items()})


def _found_in(pointer: str) -> Exception:
    return field_problem(pointer, "card_number", request_field_facts.HasCardNumber())


def _has_card_number(text: str, run: re.Pattern[str], is_of_a_card: Callable[[str], bool]) -> bool:
    shown = unescape(text) if "&" in text else text
    if "%" in shown:
        shown = unquote(shown)
    plain = shown if shown.isascii() else _plain(shown)
    if _ENOUGH_DIGITS.search(plain) is None or run.search(plain) is None:
        return False
    without_hex = _PHONE.sub("x", _HEX_WORD.sub("x", plain))
    rows = (digits for found in run.findall(without_hex) for digits in _numbers_in(found))
    return any(_is_card_number(number, is_of_a_card) for row in rows for number in _without_one_zero(row))


def _plain(text: str) -> str:
    """Replaces full-width and similar characters by plain ones. Removes invisible characters and combining marks."""
    return "".join(char for char in normalize("NFKC", text) if category(char) not in _NOT_ALONE)


_NOT_ALONE = frozenset({"Cf", "Mn", "Me"})


def _numbers_in(run: str) -> Iterator[list[int]]:
    """Yields the digits in `run` that may form a card number. A group is digits without separators.

    Groups as long as a card number are yielded alone. If there are none, neighboring groups are joined. Groups with
    fewer than GROUP_DIGITS_MIN digits are joined only if no separator of `_PARTS_GROUPS` is in `run`.
    """
    groups = [[int(digit) for digit in group] for group in _GROUP.findall(run)]
    if len(groups) > 1 and any(len(group) >= DIGITS_MIN for group in groups):
        yield from (group for group in groups if len(group) >= DIGITS_MIN)
        return
    if len(groups) == 1 or not _PARTS_GROUPS.search(run):
        yield [digit for group in groups for digit in group]
    for start in range(len(groups)):
        yield from _rows_from(groups[start:])


def _rows_from(groups: Iterable[list[int]]) -> Iterator[list[int]]:
    row: list[int] = []
    for group in groups:
        row = row + group
        if len(group) < GROUP_DIGITS_MIN or len(row) > DIGITS_MAX + 1:
            return
        yield row


def _without_one_zero(row: list[int]) -> Iterator[list[int]]:
    """Yields the row, and also the row without one leading zero. Formats of a fixed length add such a zero."""
    yield row
    if row[0] == 0:
        yield row[1:]


def _is_card_number(digits: list[int], is_of_a_card: Callable[[str], bool]) -> bool:
    is_long_enough = DIGITS_MIN <= len(digits) <= DIGITS_MAX
    return is_long_enough and _passes_luhn(digits) and is_of_a_card("".join(map(str, digits)))


def _passes_luhn(digits: list[int]) -> bool:
    """True if the check digit is correct by the Luhn formula (ISO/IEC 7812-1)."""
    doubled = [sum(divmod(2 * d, 10)) for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
