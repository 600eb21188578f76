"""Compares two JSON Schemas (2020-12, as OpenAPI 3.1 uses them) in the direction in which their values travel.

A request is compatible if the new schema accepts each value that the old one accepts; a response, if the old schema
describes each value that the new one allows, except that objects may have more fields. `inner` is the schema whose
values must be contained in `outer`: the old one of a request, the new one of a response. A keyword that is not known
here may not change.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.support.copies import replace
from tests.support.public_contract.findings import Direction, Document, Finding, Findings, may_go

ANNOTATIONS = frozenset({"title", "description", "example", "examples", "deprecated", "default", "$comment"})
OPEN_VALUES = "x-extensible-enum"
"""The values known so far of a field that later releases may give more values (a list, instead of `enum`)."""
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
EXACT = ("pattern", "format", "uniqueItems", "multipleOf")
COMPARED = frozenset(
    {"type", "enum", "const", "anyOf", "oneOf", "$ref", "items", "properties", "required", "additionalProperties"}
    | {"propertyNames", *UPPER, *LOWER, *EXACT}
)
TYPES: dict[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
TYPES |= {dict: "object", type(None): "null"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaComparison:
    """Compares schemas of two documents; each pair of named schemas is compared once for each direction."""

    old: Document
    new: Document
    today: date
    direction: Direction = Direction.REQUEST
    compared: set[tuple[str, str, Direction]] = field(default_factory=set)

    def compare(self, where: str, old: Document, new: Document) -> Findings:
        """The findings of two schemas, which may be references."""
        names = old.get("$ref", ""), new.get("$ref", "")
        beside = (old.keys() | new.keys()) - ANNOTATIONS - {"$ref"}
        is_seen = (*names, self.direction) in self.compared
        old, new = resolved(self.old, old), resolved(self.new, new)
        yield from self._defaults(where, old, new)
        if all(names) and not beside:
            if is_seen:
                return
            self.compared.add((*names, self.direction))
            where = f"{names[1].rpartition('/')[2]} ({self.direction})"
        for name in sorted((old.keys() | new.keys()) - COMPARED - ANNOTATIONS):
            if not name.startswith("x-") and old.get(name) != new.get(name):
                yield Finding(where=where, kind="keyword_changed", detail=f"{name} cannot be judged")
        yield from self._open_values(where, old, new)
        yield from self._alternatives(where, alternatives(self.old, old), alternatives(self.new, new))

    def _defaults(self, where: str, old: Document, new: Document) -> Findings:
        if self.direction is Direction.REQUEST and "default" in old and old["default"] != new.get("default"):
            yield Finding(
                where=where, kind="default_changed", detail=f"{old['default']!r} became {new.get('default')!r}"
            )

    def _open_values(self, where: str, old: Document, new: Document) -> Findings:
        if self.direction is Direction.REQUEST:
            gone = [value for value in old.get(OPEN_VALUES, ()) if value not in new.get(OPEN_VALUES, ())]
            if gone and OPEN_VALUES in new:
                yield Finding(where=where, kind="request_value_removed", detail=", ".join(map(str, gone)))

    def _alternatives(self, where: str, old: list[Document], new: list[Document]) -> Findings:
        inner, outer = (old, new) if self.direction is Direction.REQUEST else (new, old)
        for one in inner:
            others = [other for other in outer if _includes(other.get("type"), one.get("type"))]
            if not others:
                change = f"{_types(old)} became {_types(new)}"
                yield Finding(where=where, kind=f"{self.direction}_type_changed", detail=change)
            elif len(others) == 1:
                yield from self._pair(where, one, others[0])
            elif all(self._is_wider(one, other) for other in others):
                change = "no alternative of the other side includes it"
                yield Finding(where=where, kind=f"{self.direction}_alternative_changed", detail=change)

    def _is_wider(self, inner: Document, outer: Document) -> bool:
        """True if `outer` does not include `inner`; an alternative is tried with a memory of its own."""
        return any(True for _ in replace(self, compared=set())._pair("", inner, outer))

    def _pair(self, where: str, inner: Document, outer: Document) -> Findings:
        """The findings of two schemas of one type."""
        old, new = (inner, outer) if self.direction is Direction.REQUEST else (outer, inner)
        kind = "request_narrowed" if self.direction is Direction.REQUEST else "response_widened"
        for name in UPPER + LOWER + EXACT:
            if not _within(name, inner.get(name), outer.get(name)):
                change = f"{name} {old.get(name, 'unset')} became {new.get(name, 'unset')}"
                yield Finding(where=where, kind=kind, detail=change)
        yield from self._values(where, inner, outer)
        if "object" in (inner.get("type"), outer.get("type")) or "properties" in old:
            yield from self._fields(where, old, new)
            yield from self._other_fields(where, old, new)
        if "array" in (inner.get("type"), outer.get("type")):
            yield from self.compare(f"{where}/items", old.get("items", {}), new.get("items", {}))

    def _values(self, where: str, inner: Document, outer: Document) -> Findings:
        if "enum" not in outer:
            return
        kind = "request_value_removed" if self.direction is Direction.REQUEST else "response_value_added"
        if "enum" not in inner:
            yield Finding(where=where, kind=kind, detail="one side has a list of values, the other any value")
        elif more := [value for value in inner["enum"] if value not in outer["enum"]]:
            yield Finding(where=where, kind=kind, detail=", ".join(map(str, more)))

    def _fields(self, where: str, old: Document, new: Document) -> Findings:
        was, now = old.get("properties", {}), new.get("properties", {})
        required_was, required_now = set(old.get("required", ())), set(new.get("required", ()))
        for name, schema in was.items():
            place = f"{where}/{name}"
            if name in now:
                yield from self.compare(place, schema, now[name])
            elif not may_go(resolved(self.old, schema), self.today):
                yield Finding(where=place, kind=f"{self.direction}_field_removed", detail="the field is gone")
        if self.direction is Direction.REQUEST:
            for name in sorted(required_now - required_was):
                yield Finding(where=f"{where}/{name}", kind="request_field_required", detail="the field must be sent")
        else:
            for name in sorted((required_was - required_now) & now.keys()):
                yield Finding(where=f"{where}/{name}", kind="response_field_optional", detail="the field may be absent")

    def _other_fields(self, where: str, old: Document, new: Document) -> Findings:
        place = f"{where}/*"
        was, now = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if self.direction is Direction.REQUEST and was is not False and now is False:
            yield Finding(where=place, kind="request_fields_closed", detail="other fields are refused")
        elif False not in (was, now) and was != now:
            yield from self.compare(place, _as_schema(was), _as_schema(now))
        names_was, names_now = old.get("propertyNames", {}), new.get("propertyNames", {})
        if names_was != names_now:
            yield from self.compare(
                f"{where}/name of *", {"type": "string"} | names_was, {"type": "string"} | names_now
            )


def resolved(document: Document, schema: Document) -> Document:
    """The schema that a reference names, with what stands beside the reference; others as they are."""
    while "$ref" in schema:
        target: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        schema = target | {name: value for name, value in schema.items() if name != "$ref"}
    return schema


def alternatives(document: Document, schema: Document) -> list[Document]:
    """The schema as schemas of at most one type each: of `anyOf`, of a list of types, of the types of an enum."""
    schema = resolved(document, schema)
    for name in ("anyOf", "oneOf"):
        if name in schema:
            beside = {key: value for key, value in schema.items() if key != name}
            return [found for one in schema[name] for found in alternatives(document, beside | resolved(document, one))]
    if "const" in schema:
        schema = {key: value for key, value in schema.items() if key != "const"} | {"enum": [schema["const"]]}
    types = schema.get("type")
    if types is None and "enum" in schema:
        types = sorted({TYPES[type(value)] for value in schema["enum"]})
    if not isinstance(types, list):
        return [schema]
    return [schema | {"type": one} | _values_of(one, schema) for one in types]


def _values_of(type_: str, schema: Document) -> Document:
    if "enum" not in schema:
        return {}
    return {"enum": [value for value in schema["enum"] if _includes(type_, TYPES[type(value)])]}


def _includes(outer: str | None, inner: str | None) -> bool:
    return outer is None or outer == inner or (outer == "number" and inner == "integer")


def _types(schemas: list[Document]) -> str:
    return " or ".join(schema.get("type", "anything") for schema in schemas)


def _as_schema(additional: bool | Document) -> Document:
    return additional if isinstance(additional, dict) else {}


def _within(name: str, inner: Any, outer: Any) -> bool:
    """True if a value that keeps to `inner` keeps to `outer`, too; None is no bound."""
    if (
        outer is None
        or inner == outer
        or (name in LOWER and name != "minimum" and name.startswith("min") and outer == 0)
    ):
        return True
    if inner is None:
        return outer is False
    rules: dict[str, Callable[[], bool]] = {"multipleOf": lambda: inner % outer == 0}
    if name in UPPER:
        return bool(inner <= outer)
    if name in LOWER:
        return bool(inner >= outer)
    return rules.get(name, lambda: outer is False)()
