"""Translates between the domain's field names and the stored names.

There is one table per class. A field that is renamed in the domain keeps its stored name if `other` has an entry for
it. If a field is added or removed, the import fails with `Undecided` until the table is changed. Translation costs
nothing if no name differs. The module does no I/O. It translates dictionaries, whatever encoding they come from.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import fields as fields_of

Fields: TypeAlias = dict[str, Any]
ID = "_id"
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_NO_PARTS: "Mapping[str, StoredNames]" = MappingProxyType({})


class Undecided(TypeError):
    """A table of stored names does not match the fields of its class.

    The table lacks a field, names a field twice, or names a field that the class does not have.
    """


class StoredNames:
    """The stored names of one class.

    `same` lists the fields that are stored under their own name. `other` maps stored names to the names in the domain.
    `left_out` lists the fields that are not stored. `key` is the field that is stored as `_id`.

    `parts` maps stored names to the tables of other classes. A field is in `parts` if its value, or each member of its
    value, belongs to a class with its own table. `times` lists the stored names of the fields that may hold a datetime.

    `is_plain` is True if only the key has another name. `is_same` is True if the stored dictionary equals the domain's
    dictionary. A dictionary that a caller passes may be changed and returned.
    """

    __slots__ = (
        "_from_domain",
        "_renamed_parts",
        "_to_domain",
        "is_plain",
        "is_same",
        "key",
        "kind",
        "left_out",
        "parts",
        "stored",
        "times",
    )

    def __init__(
        self,
        kind: type[Struct],
        same: str,
        *,
        other: Mapping[str, str] = _NO_NAMES,
        left_out: str = "",
        key: str = "",
        parts: "Mapping[str, StoredNames]" = _NO_PARTS,
    ) -> None:
        to_domain = {**({ID: key} if key else {}), **{name: name for name in same.split()}, **other}
        _check(kind, [*([key] if key else []), *same.split(), *other.values(), *left_out.split()])
        if unknown := parts.keys() - to_domain.keys():
            raise Undecided(f"{kind.__name__}: {sorted(unknown)} are parts that are not stored")
        self.kind = kind
        self.key = key
        self.stored: tuple[str, ...] = tuple(to_domain)
        times = {field.name for field in fields_of(kind) if datetime in (field.type, *get_args(field.type))}
        self.times: tuple[str, ...] = tuple(name for name, of in to_domain.items() if of in times)
        has_others = any(of != name for name, of in to_domain.items() if name != ID)
        self.is_plain: bool = not has_others and all(part.is_plain for part in parts.values())
        self.left_out = tuple(left_out.split())
        self.is_same: bool = self.is_plain and not key and not left_out
        self._to_domain = to_domain
        self._from_domain = {of: name for name, of in to_domain.items()}
        self.parts = parts
        self._renamed_parts = {name: part for name, part in parts.items() if not part.is_plain}

    def to_stored(self, found: Fields) -> Fields:
        """Returns the fields under their stored names. Fields that are not stored are left out."""
        if self.is_plain:
            if self.key:
                found[ID] = found.pop(self.key)
            for name in self.left_out:
                del found[name]
            return found
        names = self._from_domain
        return {names[name]: self._part(names[name], value, False) for name, value in found.items() if name in names}

    def to_domain(self, document: Fields) -> Fields:
        """Returns the fields of a stored document under their names in the domain. Unknown fields are ignored."""
        if self.is_plain:
            if self.key:
                document[self.key] = document.pop(ID)
            return document
        names = self._to_domain
        return {names[name]: self._part(name, value, True) for name, value in document.items() if name in names}

    def _part(self, name: str, value: Any, is_stored: bool) -> Any:
        part = self._renamed_parts.get(name)
        if part is None or value is None:
            return value
        translate = part.to_domain if is_stored else part.to_stored
        return translate(value) if isinstance(value, dict) else [translate(member) for member in value]


def _check(kind: type[Struct], named: list[str]) -> None:
    known = kind.__struct_fields__
    if missing := [name for name in known if name not in named]:
        raise Undecided(f"{kind.__name__}: the table of stored names lacks {missing}")
    if gone := [name for name in named if name not in known]:
        raise Undecided(f"{kind.__name__}: the table of stored names has {gone}, which the class does not have")
    if len(set(named)) != len(named):
        raise Undecided(f"{kind.__name__}: a field is named twice in the table of stored names")
