"""Finds all faults of a refused value, because the decoder reports only the first fault.

This module is called after a body or a query was refused. The module converts each struct, array and field separately.
For each invalid part, it returns the decoder's message with the path to that part.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from refunds.runtime.schema.leap_seconds import convert

FAULTS_MAX = 20
"""Maximum number of faults in an answer, so that the answer is not many times as long as the request."""

MEMBERS_MAX = 100
"""Maximum number of members of an array that are checked, so that a refused body costs no more than an accepted one."""

_FIELD = "field"


def faults(value: object, of: object, first: str, *, strict: bool = True) -> list[str]:
    """Returns the decoder's messages about a value, at most FAULTS_MAX.

    `first` is the first message of the decoder itself, and comes first in the list.
    """
    found = list(islice(_faults(value, of, "", strict), FAULTS_MAX))
    without_index = re.compile(r"\[\d+\]")
    return sorted(found, key=lambda message: without_index.sub("[...]", message) != first) or [first]


def _faults(value: object, of: object, place: str, strict: bool) -> Iterator[str]:
    """Yields the faults of a value. `place` is the path to the value, e.g. `.line_items[0]`."""
    struct, item = _struct_in(of), _item_in(of)
    if struct is not None and isinstance(value, Mapping):
        yield from _faults_of_fields(value, struct, place, strict)
    elif item is not None and isinstance(value, list):
        yield from _faults_of_array(value, of, place, strict)
        for index, member in enumerate(value[:MEMBERS_MAX]):
            yield from _faults(member, item, f"{place}[{index}]", strict)
    else:
        yield from _fault_alone(value, of, place, strict)


def _faults_of_fields(value: Mapping[str, object], of: type[Struct], place: str, strict: bool) -> Iterator[str]:
    at = f" - at `${place}`" if place else ""
    types, required = _fields_of(of)
    for name, type_ in types.items():
        if name in value:
            yield from _faults(value[name], type_, f"{place}.{name}", strict)
        elif name in required:
            yield f"Object missing required field `{name}`{at}"
    if of.__struct_config__.forbid_unknown_fields:
        for name in (name for name in value if name not in types):
            yield f"Object contains unknown field `{name}`{at}"


def _faults_of_array(value: list[object], of: object, place: str, strict: bool) -> Iterator[str]:
    """Yields a fault of the array itself, such as its length. Faults of its members are not yielded here."""
    for message in _fault_alone(value, of, place, strict):
        if f"`${place}[" not in message:
            yield message


def _fault_alone(value: object, of: object, place: str, strict: bool) -> Iterator[str]:
    try:
        convert({_FIELD: value}, _alone(of), strict=strict)
    except msgspec.ValidationError as error:
        yield str(error).replace(f"`$.{_FIELD}", f"`${place}", 1).removesuffix(" - at `$`")


@cache
def _alone(of: object) -> type[Struct]:
    """Returns a struct with one field of type `of`, because some types are valid only as a field."""
    return msgspec.defstruct("Alone", [(_FIELD, of)])


@cache
def _fields_of(of: type[Struct]) -> tuple[Mapping[str, object], frozenset[str]]:
    """Returns the type of each field by its JSON name, and the names of the required fields."""
    hints = get_type_hints(of, include_extras=True)
    fields = msgspec.structs.fields(of)
    return {one.encode_name: hints[one.name] for one in fields}, frozenset(
        one.encode_name for one in fields if one.required
    )


def _members(of: object) -> tuple[Any, ...]:
    """Returns the types in a union, without annotations. If `of` is no union, returns only `of` itself."""
    if get_origin(of) is Annotated:
        return _members(get_args(of)[0])
    if get_origin(of) in (Union, UnionType):
        return tuple(member for one in get_args(of) for member in _members(one))
    return (of,)


@cache
def _struct_in(of: object) -> type[Struct] | None:
    structs = [one for one in _members(of) if isinstance(one, type) and issubclass(one, Struct)]
    return structs[0] if len(structs) == 1 else None


@cache
def _item_in(of: object) -> object:
    """Returns the type of an array's members if that type has fields, else None."""
    arrays = [one for one in _members(of) if get_origin(one) in (list, tuple)]
    item = get_args(arrays[0])[0] if len(arrays) == 1 else None
    return item if item is not None and _struct_in(item) is not None else None
