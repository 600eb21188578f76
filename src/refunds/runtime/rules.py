"""What the decoder complains of, as rules that people read: no types of Python, no regular expressions.

Called where bodies, queries and rows of files are read. A pattern of a field is given its rule where it is written
(`form`); whatever is not known here is said in general words, never shown raw.
"""

import re
from collections.abc import Callable

from refunds.domain.money import AMOUNT_MAX

_FORMS: dict[str, str] = {}

_TYPES = {
    "int": "an integer",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "null": "null",
    "array": "an array",
    "object": "an object",
    "datetime": "a time as 2026-03-02T14:05:00Z",
}
_MEMBERS = {"str": "character", "array": "member", "object": "member"}
_GENERAL = "Is not as documented."


def form(pattern: str, rule: str) -> str:
    """The pattern, whose breach will be told as `Must be {rule}.`"""
    _FORMS[repr(pattern)] = rule
    return pattern


def rule_of(complaint: str) -> str:
    """One sentence for people, of a complaint of msgspec without its place."""
    for shape, said in _SENTENCES:
        if found := re.fullmatch(shape, complaint, re.DOTALL):
            return said(found)
    return _GENERAL


def _form(found: re.Match[str]) -> str:
    rule = _FORMS.get(found[1])
    return f"Must be {rule}." if rule else "Is not of the documented form."


def _length(found: re.Match[str]) -> str:
    kind, bound, count = found[1], found[2], int(found[3])
    verb = "be" if kind == "str" else "have"
    which = {"<=": "at most ", ">=": "at least ", "==": ""}[bound]
    long = " long" if kind == "str" else ""
    return f"Must {verb} {which}{count} {_MEMBERS[kind]}{'' if count == 1 else 's'}{long}."


def _bound(found: re.Match[str]) -> str:
    which = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}[found[1]]
    return f"Must be {which} {found[2]}."


def _type(found: re.Match[str]) -> str:
    kinds = [_TYPES.get(kind.strip()) for kind in found[1].split("|")]
    known = [kind for kind in kinds if kind]
    if len(known) != len(kinds):
        return _GENERAL
    got = _TYPES.get(found[2] or "")
    return f"Must be {' or '.join(known)}{f', not {got}' if got else ''}."


_SENTENCES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"Object missing required field `.*`", lambda _: "Is required."),
    (r"Object contains unknown field `.*`", lambda _: "Is not a field that is known here."),
    (r"Expected `str` matching regex (.*)", _form),
    (r"Expected `(str|array|object)` of length (<=|>=|==) (\d+)", _length),
    (r"Expected `(?:int|float)` (<=|>=|<|>) (-?[\d.e+]+)", _bound),
    (r"Expected `datetime` with a timezone component", lambda _: "Must have an offset, as 2026-03-02T14:05:00Z."),
    (r"Invalid RFC3339 encoded datetime", lambda _: "Must be a time as 2026-03-02T14:05:00Z."),
    (r"Invalid enum value .*", lambda _: "Must be one of the documented values."),
    (
        r"(?:Integer value|Number) out of range",
        lambda _: f"Is too large a number; an amount is an integer of minor units, up to {AMOUNT_MAX}.",
    ),
    (r"Expected `([^`]*)`(?:, got `([^`]*)`)?", _type),
)
