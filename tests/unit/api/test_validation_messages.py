"""What a caller reads of a field that is not as it must be: rules, not the words of a decoder."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta, inspect
from tests.support.http.site import World

from refunds.runtime.http.problems import Problem
from refunds.runtime.schema.decoding import BodyReader, invalid_field, read_query
from refunds.runtime.schema.fields import TenantId
from refunds.runtime.schema.validation_messages import form
from refunds.services.api.fields import (
    Amount,
    Code,
    Currency,
    GatewayName,
    Metadata,
    MetadataKey,
    NewTenantId,
    OutsideId,
    PaymentId,
    ReasonBody,
    Token,
)
from refunds.services.api.files.bulk_rows import RawRow, RowKey, parse
from refunds.services.api.routes.events_and_audit import RefundId
from refunds.services.api.routes.refund_lists import RefundQuery
from refunds.services.parameter_resolution.bodies import ResolveQuery


class Body(msgspec.Struct):
    """Any body."""

    a: int


class Colour(Enum):
    """Any choice."""

    RED = "red"
    GREEN = "green"


def error_message(of: Any, value: object) -> str:
    """The detail of a body whose field `field` is of the type and holds the value."""
    struct = msgspec.defstruct("Body", [("field", of)], forbid_unknown_fields=True)
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.json.decode(msgspec.json.encode({"field": value}), type=struct)
    problem = invalid_field(str(raised.value), struct)
    assert problem.errors[0].pointer.startswith("/field")
    return problem.errors[0].detail


@pytest.mark.parametrize(
    ("of", "value", "rule"),
    [
        (Annotated[int, Meta(ge=1)], 0, "Must be at least 1."),
        (Annotated[int, Meta(le=10)], 11, "Must be at most 10."),
        (int, "1", "Must be an integer, not a text."),
        (int, 7.25, "Must be an integer without decimals. An amount is in minor units: write 500 for 5.00 USD."),
        (int | None, 7.25, "Must be an integer without decimals. An amount is in minor units: write 500 for 5.00 USD."),
        (str, 1, "Must be a text, not an integer."),
        (int | None, "1", "Must be an integer or null, not a text."),
        (list[int], {}, "Must be an array, not an object."),
        (Annotated[str, Meta(max_length=2)], "abc", "Must be at most 2 characters long."),
        (Annotated[str, Meta(min_length=1)], "", "Must be at least 1 character long."),
        (Annotated[list[int], Meta(max_length=1)], [1, 2], "Must have at most 1 member."),
        (
            Annotated[datetime, Meta(tz=True)],
            "2026-01-01T00:00:00",
            "Must have an offset from UTC, such as Z in 2026-03-02T14:05:00Z.",
        ),
        (datetime, "yesterday", "Must be a time such as 2026-03-02T14:05:00Z."),
        (Colour, "blue", "Must be one of red, green."),
        (Colour | None, "blue", "Must be one of red, green."),
        (list[Annotated[Colour, Meta(description="d")]], ["red", "blue"], "Must be one of red, green."),
        (Literal["day", "week"], "year", "Must be one of day, week."),
        (Literal[1, 2], 3, "Must be one of 1, 2."),
        (Currency, "eur", "Must be three capital letters, such as EUR."),
        (Annotated[str, Meta(pattern="^unsaid$")], "x", "Must have the documented form."),
    ],
)
def test_field_that_is_invalid_is_answered_with_its_rule(of: Any, value: object, rule: str) -> None:
    assert error_message(of, value) == rule


@pytest.mark.parametrize(
    "of",
    [Code, Currency, GatewayName, MetadataKey, NewTenantId, OutsideId, PaymentId, RefundId, RowKey, TenantId, Token],
)
def test_every_form_has_its_words(of: Any) -> None:
    said = error_message(of, "\n")

    assert said.startswith("Must be ")
    assert "`" not in said
    assert "[" not in said


@pytest.mark.parametrize("text", ["2026-03-02T14:05:00+01:00", "2026-03-02T14:05:00.5+05:30"])
def test_plus_in_a_query_is_answered_with_how_to_write_it(text: str) -> None:
    """A `+` in a query is a space for every reader of queries: the time that arrives has none."""
    with pytest.raises(Problem) as refused:
        read_query(RefundQuery, f"created_from={text}".encode())

    (error,) = refused.value.errors
    assert error.pointer == "/created_from"
    assert "%2B" in error.detail
    assert "a + means a space" in error.detail


def test_time_whose_plus_is_written_as_a_query_needs_it_is_read() -> None:
    query = read_query(RefundQuery, b"created_from=2026-03-02T14:05:00%2B01:00")

    assert query.created_from == datetime(2026, 3, 2, 13, 5, tzinfo=UTC)


SAME_PATTERN = "^[a-z]{1,3}$"


TagName = Annotated[str, form(SAME_PATTERN, "the name of a tag")]


class TwoForms(msgspec.Struct):
    """Two fields, and what lies within others, of one pattern and a rule of their own each."""

    code: Annotated[str, form(SAME_PATTERN, "a code")]
    name: Annotated[str, form(SAME_PATTERN, "a name")] | None = None
    tags: dict[TagName, Annotated[str, form(SAME_PATTERN, "a tag")]] = {}
    listed: list[Annotated[str, form(SAME_PATTERN, "a member")]] = []
    more: "list[TwoForms]" = []


@pytest.mark.parametrize(
    ("body", "pointer", "rule"),
    [
        ({"code": "A"}, "/code", "Must be a code."),
        ({"code": "a", "name": "A"}, "/name", "Must be a name."),
        ({"code": "a", "tags": {"b": "A"}}, "/tags", "Must be a tag."),
        ({"code": "a", "tags": {"A": "b"}}, "/tags", "The name of one of its members: must be the name of a tag."),
        ({"code": "a", "listed": ["a", "A"]}, "/listed/1", "Must be a member."),
        ({"code": "a", "more": [{"code": "a"}, {"code": "A"}]}, "/more/1/code", "Must be a code."),
        ({"code": "a", "more": [{"code": "a", "name": "A"}]}, "/more/0/name", "Must be a name."),
    ],
)
def test_fields_of_one_pattern_are_each_answered_with_their_own_rule(body: object, pointer: str, rule: str) -> None:
    error = invalid_field(_error_message(TwoForms, body), TwoForms).errors[0]

    assert (error.pointer, error.detail) == (pointer, rule)


@pytest.mark.parametrize(
    ("read", "rule"),
    [
        (lambda: BodyReader(ReasonBody).read(b'{"code":"Late"}'), "requested_by_customer"),
        (lambda: read_query(RefundQuery, b"reason=Late"), "requested_by_customer"),
        (lambda: read_query(ResolveQuery, b"name=Late"), "refund_window_days"),
        (lambda: parse(RawRow(number=1, content=CSV_ROW)), "requested_by_customer"),
        (lambda: parse(RawRow(number=1, content=NDJSON_ROW)), "requested_by_customer"),
    ],
)
def test_reason_codes_and_names_of_parameters_have_one_pattern_and_two_rules(
    read: Callable[[], object], rule: str
) -> None:
    with pytest.raises(Problem) as refused:
        read()

    (error,) = refused.value.errors
    assert error.detail.endswith(f", such as {rule}.")


CSV_ROW = {"payment_id": "pay_1", "amount": "all", "reason_code": "Late"}
NDJSON_ROW = b'{"payment_id":"pay_1","reason":{"code":"Late"}}'


def _forms(node: Any) -> Iterator[tuple[str, str | None]]:
    """Every text with a pattern within a type: its pattern, and the rule that stands beside it."""
    if isinstance(node, inspect.StrType) and node.pattern is not None:
        yield node.pattern, None
    elif isinstance(node, inspect.Metadata) and isinstance(node.type, inspect.StrType) and node.type.pattern:
        yield node.type.pattern, (node.extra or {}).get("rule")
    else:
        for member in _members(node):
            yield from _forms(member)


def _members(node: Any) -> Iterator[Any]:
    yield from (field.type for field in getattr(node, "fields", ()))
    yield from getattr(node, "types", ())
    yield from (getattr(node, name) for name in ("type", "item_type", "key_type", "value_type") if hasattr(node, name))


def test_every_pattern_of_every_route_has_a_rule_of_its_own() -> None:
    nobody: Any = None
    types = {of for e in World().endpoints(nobody) for of in (e.request, e.query) if of is not None}
    found = {form for of in types for form in _forms(inspect.type_info(of))}
    rules = Counter(rule for _, rule in found)

    assert len(found) >= 12
    assert all(rules)
    assert {rule for rule, count in rules.items() if count > 1} == {"a cursor that the service returned"}


def test_missing_and_unknown_fields_are_named() -> None:
    assert invalid_field("Object missing required field `a`", Body).errors[0].detail == "Is required."
    assert invalid_field("Object contains unknown field `a`", Body).errors[0].pointer == "/a"
    assert (
        invalid_field("Something new of the decoder's", Body).errors[0].detail == "Does not have the documented form."
    )


def test_name_of_a_member_is_distinguished_from_its_value() -> None:
    refused = invalid_field(_error_message(Metadata, {"a b": "x"}), Metadata)

    assert refused.errors[0].detail == "The name of one of its members: must be 1 to 40 letters, digits, _ and -."


@pytest.mark.parametrize("text", [b"1e400", b"-1e400"])
def test_number_beyond_all_bounds_is_refused_by_the_rule_of_amounts(text: bytes) -> None:
    with pytest.raises(msgspec.ValidationError) as complained:
        msgspec.json.decode(text, type=Amount)

    told = invalid_field(str(complained.value), Amount).errors[0].detail
    assert told == "Must be a smaller number. An amount is an integer of minor units, up to 1000000000000000."


def _error_message(of: Any, value: object) -> str:
    with pytest.raises(msgspec.ValidationError) as complained:
        msgspec.convert(value, of)
    return str(complained.value)
