"""Finds every fault of a value that its type refuses, where the decoder stops at the first.

Called once a body or a query was refused. It visits structs, arrays and their fields, converts what is below alone, and
gives the messages that the decoder would have given, each with its own place.
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
"""More are left out: an answer must not be many times as long as its question."""

MEMBERS_MAX = 100
"""Members of an array that are looked at, so that a refused body costs no more than one that is accepted."""

_FIELD = "field"


def faults(value: object, of: object, first: str, *, strict: bool = True) -> list[str]:
    """The decoder's messages about a value of JSON, at most FAULTS_MAX; `first` is the one that it gave, and leads."""
    found = list(islice(_faults(value, of, "", strict), FAULTS_MAX))
    without_index = re.compile(r"\[\d+\]")
    return sorted(found, key=lambda message: without_index.sub("[...]", message) != first) or [first]


def _faults(value: object, of: object, place: str, strict: bool) -> Iterator[str]:
    """`place` is the path to the value, as `.line_items[0]`."""
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
    """The fault of the array as a whole: its length. Of its members, the first fault stands for all here."""
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
    """A struct with this field only, since some types of fields are valid nowhere else."""
    return msgspec.defstruct("Alone", [(_FIELD, of)])


@cache
def _fields_of(of: type[Struct]) -> tuple[Mapping[str, object], frozenset[str]]:
    """The types of the fields by their names in JSON, and the names of those that are required."""
    hints = get_type_hints(of, include_extras=True)
    fields = msgspec.structs.fields(of)
    return {one.encode_name: hints[one.name] for one in fields}, frozenset(
        one.encode_name for one in fields if one.required
    )


def _members(of: object) -> tuple[Any, ...]:
    """The types of a union, without what is annotated; of another type, itself."""
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
    """The type of the members, if members of it have fields of their own."""
    arrays = [one for one in _members(of) if get_origin(one) in (list, tuple)]
    item = get_args(arrays[0])[0] if len(arrays) == 1 else None
    return item if item is not None and _struct_in(item) is not None else None
