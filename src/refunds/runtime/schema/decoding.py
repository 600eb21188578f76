"""Decodes requests straight into typed structs. A failure becomes a problem that points to the invalid field.

Handlers call this module. The structs themselves refuse unknown fields (`forbid_unknown_fields`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from typing import Generic, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import UNSET, Struct, UnsetType

from refunds.domain.errors import InvalidInput
from refunds.runtime.http.problems import (
    INVALID_QUERY,
    MALFORMED,
    VALIDATION_FAILED,
    FieldError,
    Problem,
    problem,
)
from refunds.runtime.schema.duplicate_keys import duplicate_key
from refunds.runtime.schema.faults import faults
from refunds.runtime.schema.leap_seconds import convert, is_about_a_time
from refunds.runtime.schema.validation_messages import rule_of
from refunds.texts.fields import request_field_facts
from refunds.texts.fields.field_fact import FieldFact
from refunds.texts.fields.field_texts import rule_text
from refunds.texts.problem_texts import message_of
from refunds.texts.requests import body_facts, route_facts
from refunds.texts.requests.request_fact import RequestFact

QUERY_FIELDS_MAX = 50

_DIGITS = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"[-+0-9.eE]+")

_PLUS_LOST = re.compile(r"[0-9-]{10}T[0-9:.]+ [0-9]{2}:[0-9]{2}")
"""Matches a time whose `+` became a space, because the caller did not encode the query."""

_T = TypeVar("_T")
_canonical = msgspec.json.Encoder(order="deterministic")


class BodyReader(Generic[_T]):
    """Decodes the bodies of one route.

    `rules_of_null` maps a field's pointer to the rule that is reported if the field is null.
    """

    def __init__(self, of: type[_T], rules_of_null: Mapping[str, FieldFact] | None = None) -> None:
        self._of = of
        self._decoder = msgspec.json.Decoder(of)
        self._rules_of_null = rules_of_null or {}

    def read(self, body: bytes) -> _T:
        """Returns the decoded body.

        Raises a problem 400 if the body is not JSON, and 422 if the body is invalid or has a key twice.
        """
        try:
            read = self._decoded(body)
            twice = duplicate_key(body)
        except msgspec.ValidationError as error:
            raise self._invalid(body, str(error)) from None
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise problem(MALFORMED, _malformed(error)) from None
        if twice is not None:
            raise field_problem(twice, "duplicate_key", request_field_facts.GivenTwice())
        if b"\\u0000" in body:
            _refuse_nul(msgspec.to_builtins(read), "")
        return read

    def _decoded(self, body: bytes) -> _T:
        """Decodes the body. If only leap seconds are refused, replaces them and decodes the body again."""
        try:
            return self._decoder.decode(body)
        except msgspec.ValidationError as error:
            if not is_about_a_time(str(error)):
                raise
        return convert(msgspec.json.decode(body), self._of)

    def _invalid(self, body: bytes, first: str) -> Problem:
        """Returns one problem with all faults of the body."""
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return self._fault(first)
        return joined([self._fault(message) for message in faults(value, self._of, first)])

    def _fault(self, message: str) -> Problem:
        found = invalid_field(message, self._of)
        pointer = found.errors[0].pointer
        if "got `null`" in message and pointer in self._rules_of_null:
            return field_problem(pointer, "invalid", self._rules_of_null[pointer])
        return found


def given(value: _T | UnsetType) -> _T | None:
    """Returns the value of an optional field, or None if the field is absent."""
    return None if isinstance(value, UnsetType) else value


def fingerprint(route: str, body: Struct) -> str:
    """Returns a hash of the route and the decoded body.

    Two requests with the same meaning get the same hash, however they are written. Absent fields are hashed as null,
    because the stored fingerprints of earlier requests were made in this way.
    """
    absent = {name: None for name in body.__struct_fields__ if getattr(body, name) is UNSET}
    whole = msgspec.structs.replace(body, **absent) if absent else body
    return blake2b(_canonical.encode(whole), digest_size=16, person=_person(route)).hexdigest()


def _person(route: str) -> bytes:
    known = _PERSONS.get(route)
    if known is None:
        known = _PERSONS[route] = blake2b(route.encode(), digest_size=16).digest()
    return known


_PERSONS: dict[str, bytes] = {}


def read_query(of: type[_T], query: bytes) -> _T:
    """Returns the query parameters as a struct. Raises a problem 400 that lists all invalid parameters."""
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, max_num_fields=QUERY_FIELDS_MAX, errors="strict"
        )
    except ValueError:
        raise problem(INVALID_QUERY, route_facts.QueryMalformed()) from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise problem(INVALID_QUERY, route_facts.ParameterRepeated())
    with in_query():
        _refuse_nul(fields, "")
    with in_query():
        try:
            read = convert(fields, of, strict=False)
        except msgspec.ValidationError as error:
            messages = faults(fields, of, str(error), strict=False)
            raise joined([_invalid_parameter(message, of, fields) for message in messages]) from None
        for name, text in fields.items():
            _check_plain(name, text, getattr(read, name))
    return read


def _invalid_parameter(message: str, of: object, fields: Mapping[str, str]) -> Problem:
    found = invalid_field(message, of)
    pointer = found.errors[0].pointer
    is_plus_lost = is_about_a_time(message) and _PLUS_LOST.fullmatch(fields.get(pointer[1:], ""))
    return field_problem(pointer, "invalid", request_field_facts.PlusLost()) if is_plus_lost else found


@contextmanager
def in_query() -> Iterator[None]:
    """Turns every field error in the `with` block into a problem 400 about query parameters.

    Also converts errors that the code in the block finds after decoding.
    """
    try:
        yield
    except InvalidInput as error:
        found = FieldError(pointer=error.pointer, code="invalid", detail=message_of(error))
        raise Problem(kind=INVALID_QUERY, detail=message_of(error), errors=(found,)) from None
    except Problem as refused:
        if refused.kind is not VALIDATION_FAILED:
            raise
        raise Problem(kind=INVALID_QUERY, detail=refused.detail, errors=refused.errors) from None


def _check_plain(name: str, text: str, value: object) -> None:
    """Raises a problem if a value is null, an integer is not in digits, or a time is written as a number."""
    if value is None or (type(value) is int and not _DIGITS.fullmatch(text)):
        raise field_problem(
            f"/{name}",
            "invalid",
            request_field_facts.IsNull() if value is None else request_field_facts.NotWholeNumber(),
        )
    if isinstance(value, datetime) and _NUMBER.fullmatch(text):
        raise field_problem(f"/{name}", "invalid", request_field_facts.NotATime())


_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?:key` in `)?\$(?P<path>[^`]*)`)?$", re.DOTALL)
_NAMED = re.compile(r"`([^`]*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[([^\]]*)\]")


def invalid_field(message: str, of: object) -> Problem:
    """Returns the problem for an error message of the decoder, with a JSON pointer to the field.

    `of` is the type of the value that was decoded.
    """
    match = _AT.match(message)
    what, path = (match["what"], match["path"] or "") if match else (message, "")
    pointer = re.sub(r"\[(\d+)\]", r"/\1", path.replace("[...]", "")).replace(".", "/")
    code = "invalid"
    if what.startswith(("Object missing required field", "Object contains unknown field")):
        code = "required" if "missing" in what else "unknown_field"
        named = _NAMED.search(what)
        pointer = f"{pointer}/{named[1]}" if named else pointer
    is_of_key = "`key` in `" in message.removeprefix(what)
    rule = rule_of(what, of, [name or index for name, index in _STEP.findall(path)], is_of_key=is_of_key)
    if is_of_key:
        rule = f"The name of one of its members: {rule[0].lower()}{rule[1:]}"
    return _problem_of_field(pointer, code, rule)


def field_problem(pointer: str, code: str, fact: FieldFact) -> Problem:
    """Returns a problem 422 about one field. The text about the broken rule comes from `fact`."""
    return _problem_of_field(pointer, code, rule_text(fact))


def _problem_of_field(pointer: str, code: str, detail: str) -> Problem:
    return Problem(
        kind=VALIDATION_FAILED,
        detail=f"{pointer or 'The body'}: {detail}",
        errors=(FieldError(pointer=pointer, code=code, detail=detail),),
    )


def joined(problems: Sequence[Problem]) -> Problem:
    """Joins problems of one kind into one problem, which names each field once."""
    by_pointer = {one.errors[0].pointer: one for one in reversed(problems)}
    first_of_each = [one for one in problems if by_pointer[one.errors[0].pointer] is one]
    errors = tuple(error for one in first_of_each for error in one.errors)
    return Problem(kind=problems[0].kind, detail=" ".join(one.detail for one in first_of_each), errors=errors)


def _malformed(error: Exception) -> RequestFact:
    return body_facts.BodyNotUtf8() if isinstance(error, UnicodeDecodeError) else body_facts.BodyNotJson()


def _refuse_nul(value: object, pointer: str) -> None:
    """Raises a problem if any text contains U+0000, because a database cannot store this character in every place."""
    if isinstance(value, str):
        if "\x00" in value:
            raise field_problem(pointer, "invalid", request_field_facts.HasNul())
    elif isinstance(value, Mapping):
        for key, member in value.items():
            _refuse_nul(key, pointer)
            _refuse_nul(member, f"{pointer}/{key}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            _refuse_nul(member, f"{pointer}/{index}")
