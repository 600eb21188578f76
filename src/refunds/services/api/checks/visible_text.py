"""Checks that names have a visible character. The routes that accept names call this module."""

from collections.abc import Mapping
from unicodedata import category

from refunds.runtime.schema.decoding import field_problem
from refunds.texts.fields import request_field_facts

_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_UNSEEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\uffa0")
_UNSEEN_RANGES = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xFFF0, 0xFFF8), (0xFDD0, 0xFDEF), (0xE0000, 0xE0FFF))
"""Invisible characters of other categories. They are Default_Ignorable_Code_Point, U+2800 or noncharacters."""


def refuse_invisible(names: Mapping[str, str]) -> None:
    """Raises a problem 422 that points to the first name without a visible character."""
    for pointer, name in names.items():
        if not any(map(_is_seen, name)):
            raise field_problem(pointer, "invalid", request_field_facts.NothingVisible())


def _is_seen(char: str) -> bool:
    if category(char) in _UNSEEN_CATEGORIES or char in _UNSEEN_LETTERS:
        return False
    code = ord(char)
    return code & 0xFFFE != 0xFFFE and not any(first <= code <= last for first, last in _UNSEEN_RANGES)
