"""Finds what looks like a card number in the texts of a body, so that none is ever stored. Called by the routes.

What counts, and why ids of other systems are read more narrowly: docs/decisions/0015. Never repeats what it found.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from unicodedata import category, normalize

from refunds.runtime.schema.decoding import field_problem
from refunds.services.api.checks.card_ranges import is_issued

DIGITS_MIN, DIGITS_MAX = 13, 19
ID_DIGITS_MIN = 14
"""No network gives out 13 digits any more, but numbers of goods (EAN) have 13."""
GROUP_DIGITS_MIN = 3
"""Groups of a card number within a longer row of digits; a number that stands alone may be written in any groups."""

_BETWEEN = r"[\s._/\-\u2010-\u2015\u2212]{0,3}"
_RUN = re.compile(rf"\d(?:{_BETWEEN}\d){{{DIGITS_MIN - 1},}}")
_RUN_APART = re.compile(rf"(?<![^\W_])\d(?:{_BETWEEN}\d){{{ID_DIGITS_MIN - 1},}}(?![^\W_])")
_GROUP = re.compile(r"\d+")
_PHONE = re.compile(rf"\+\d(?:{_BETWEEN}\d){{{DIGITS_MIN - 1}}}(?!{_BETWEEN}\d)")
"""13 digits behind a plus are a phone number (E.164), as many of Germany and Austria are."""
_HEX_WORD = re.compile(
    r"(?<![^\W_])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[0-9]*[a-f])[0-9a-f]{24,})(?![^\W_])", re.IGNORECASE
)


def refuse_card_numbers(texts: Mapping[str, str], ids: Mapping[str, str] | None = None) -> None:
    """A problem 422 naming the field (by its pointer) that holds what can be a card number.

    `texts` are what people write; `ids` are what other systems gave, where digits between letters mean nothing.
    """
    for pointer, text in texts.items():
        if len(text) >= DIGITS_MIN and _has_card_number(text, _RUN):
            raise _found_in(pointer)
    for pointer, text in (ids or {}).items():
        if len(text) >= ID_DIGITS_MIN and _has_card_number(text, _RUN_APART):
            raise _found_in(pointer)


def refuse_card_numbers_in_metadata(metadata: Mapping[str, str]) -> None:
    """As above, of names and values; a name that is one is not repeated in the pointer."""
    for name in metadata:
        refuse_card_numbers({"/metadata": name})
    refuse_card_numbers({f"/metadata/{name}": text for name, text in metadata.items()})


def _found_in(pointer: str) -> Exception:
    return field_problem(pointer, "card_number", "Holds what looks like a card number; send a token instead.")


def _has_card_number(text: str, run: re.Pattern[str]) -> bool:
    plain = text if text.isascii() else _plain(text)
    if run.search(plain) is None:
        return False
    without_hex = _PHONE.sub("x", _HEX_WORD.sub("x", plain))
    return any(_is_card_number(digits) for found in run.findall(without_hex) for digits in _numbers_in(found))


def _plain(text: str) -> str:
    """Full-width and other forms as the usual ones, without characters that nobody sees."""
    return "".join(char for char in normalize("NFKC", text) if category(char) != "Cf")


def _numbers_in(run: str) -> Iterator[list[int]]:
    """The run as a whole, and each row of whole groups within it; a group long enough to be a number is one alone."""
    groups = [[int(digit) for digit in group] for group in _GROUP.findall(run)]
    if len(groups) > 1 and any(len(group) >= DIGITS_MIN for group in groups):
        yield from (group for group in groups if len(group) >= DIGITS_MIN)
        return
    yield [digit for group in groups for digit in group]
    for start in range(len(groups)):
        yield from _rows_from(groups[start:])


def _rows_from(groups: Iterable[list[int]]) -> Iterator[list[int]]:
    row: list[int] = []
    for group in groups:
        row = row + group
        if len(group) < GROUP_DIGITS_MIN or len(row) > DIGITS_MAX:
            return
        yield row


def _is_card_number(digits: list[int]) -> bool:
    is_long_enough = DIGITS_MIN <= len(digits) <= DIGITS_MAX
    return is_long_enough and _passes_luhn(digits) and is_issued("".join(map(str, digits)))


def _passes_luhn(digits: list[int]) -> bool:
    """The check digit of card numbers (ISO/IEC 7812-1)."""
    doubled = [sum(divmod(2 * d, 10)) for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
