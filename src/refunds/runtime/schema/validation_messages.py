"""Turns the decoder's error messages into rules for people, without Python types or regular expressions.

This module is called where bodies, queries and rows of files are read. A field's definition calls `form` to store the
rule of its pattern. The rule is found by the field's place in the decoded type, because two fields with the same
pattern may have different rules. A general sentence replaces each unknown message.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from msgspec import Meta, inspect

from refunds.domain.money import AMOUNT_MAX

_RULE = "rule"

_TYPES = {
    "int": "an integer",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "null": "null",
    "array": "an array",
    "object": "an object",
    "datetime": "a time such as 2026-03-02T14:05:00Z",
}
_MEMBERS = {"str": "character", "array": "member", "object": "member"}
_GENERAL = "Does not have the documented form."


def form(pattern: str, rule: str, *, description: str | None = None, examples: list[str] | None = None) -> Meta:
    """Returns the limits of a text that must match `pattern`. The message about any other text is `Must be {rule}.`"""
    return Meta(pattern=pattern, extra={_RULE: rule}, description=description, examples=examples)


def rule_of(message: str, of: object, place: Sequence[str], *, is_of_key: bool = False) -> str:
    """Returns a sentence for people, made from msgspec's message about the value at `place` in the type `of`.

    `place` has one element for each step into the type. It is the name of a field, or any text for an element of an
    array or object. If `is_of_key` is True, the message is about a member's name in the object at `place`.
    """
    if message.startswith(_OF_A_FORM):
        rule = _rule_at(_type_info(of), place, is_of_key)
        return f"Must be {rule}." if rule else "Must have the documented form."
    if message.startswith(_OF_AN_ENUM):
        return _one_of(_values_at(_type_info(of), place))
    for shape, sentence in _SENTENCES:
        if found := re.fullmatch(shape, message, re.DOTALL):
            return sentence(found)
    return _GENERAL


_OF_A_FORM = "Expected `str` matching regex "
_OF_AN_ENUM = "Invalid enum value "
_type_info = cache(inspect.type_info)


def _rule_at(node: inspect.Type, place: Sequence[str], is_of_key: bool) -> str | None:
    """Returns the rule that `form` stored for the text at `place`, or None."""
    if isinstance(node, inspect.Metadata):
        rule = (node.extra or {}).get(_RULE)
        if rule is not None and not place and not is_of_key:
            return str(rule)
        return _rule_at(node.type, place, is_of_key)
    if isinstance(node, inspect.UnionType):
        return next((rule for member in node.types if (rule := _rule_at(member, place, is_of_key))), None)
    if not place:
        return _rule_at(node.key_type, (), False) if is_of_key and isinstance(node, inspect.DictType) else None
    within = _within(node, place[0])
    return None if within is None else _rule_at(within, place[1:], is_of_key)


def _one_of(values: Sequence[object]) -> str:
    if len(values) == 1:
        return f"Must be {values[0]}, which is the only possible value so far."
    return f"Must be one of {', '.join(map(str, values))}." if values else _GENERAL


def _values_at(node: inspect.Type, place: Sequence[str]) -> Sequence[object]:
    """Returns the allowed values of the enum or literal at `place`, in order. Returns () for any other type."""
    if isinstance(node, inspect.Metadata):
        return _values_at(node.type, place)
    if isinstance(node, inspect.UnionType):
        return next((values for member in node.types if (values := _values_at(member, place))), ())
    if place:
        within = _within(node, place[0])
        return () if within is None else _values_at(within, place[1:])
    if isinstance(node, inspect.EnumType):
        return [member.value for member in node.cls]
    return node.values if isinstance(node, inspect.LiteralType) else ()


def _within(node: Any, step: str) -> inspect.Type | None:
    """Returns the type to which one step from `node` leads, or None if there is no such type."""
    if isinstance(node, inspect.StructType):
        return next((field.type for field in node.fields if field.encode_name == step), None)
    if isinstance(node, inspect.DictType):
        return node.value_type
    return node.item_type if isinstance(node, inspect.CollectionType) else None


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
    (r"Object contains unknown field `.*`", lambda _: "Is not a field of this object."),
    (r"Expected `(str|array|object)` of length (<=|>=|==) (\d+)", _length),
    (r"Expected `(?:int|float)` (<=|>=|<|>) (-?[\d.e+]+)", _bound),
    (
        r"Expected `datetime` with a timezone component",
        lambda _: "Must have an offset from UTC, such as Z in 2026-03-02T14:05:00Z.",
    ),
    (r"Invalid RFC3339 encoded datetime", lambda _: "Must be a time such as 2026-03-02T14:05:00Z."),
    (
        r"(?:Integer value|Number) out of range",
        lambda _: f"Must be a smaller number. An amount is an integer of minor units, up to {AMOUNT_MAX}.",
    ),
    (
        r"Expected `int(?: \| null)?`, got `float`",
        lambda _: "Must be an integer without decimals. An amount is in minor units: write 500 for 5.00 USD.",
    ),
    (r"Expected `([^`]*)`(?:, got `([^`]*)`)?", _type),
)
