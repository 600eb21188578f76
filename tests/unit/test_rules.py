"""What a caller reads of a field that is not as it must be: rules, not the words of a decoder."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta

from refunds.runtime.bodies import invalid_field
from refunds.runtime.fields import TenantId
from refunds.services.api.bulk_rows import RowKey
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
    Token,
)
from refunds.services.api.told import RefundId


class Colour(Enum):
    """Any choice."""

    RED = "red"


def complaint(of: Any, value: object) -> str:
    """The detail of a body whose field `field` is of the type and holds the value."""
    struct = msgspec.defstruct("Body", [("field", of)], forbid_unknown_fields=True)
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.json.decode(msgspec.json.encode({"field": value}), type=struct)
    problem = invalid_field(str(raised.value))
    assert problem.errors[0].pointer == "/field"
    return problem.errors[0].detail


@pytest.mark.parametrize(
    ("of", "value", "rule"),
    [
        (Annotated[int, Meta(ge=1)], 0, "Must be at least 1."),
        (Annotated[int, Meta(le=10)], 11, "Must be at most 10."),
        (int, "1", "Must be an integer, not a text."),
        (str, 1, "Must be a text, not an integer."),
        (int | None, "1", "Must be an integer or null, not a text."),
        (list[int], {}, "Must be an array, not an object."),
        (Annotated[str, Meta(max_length=2)], "abc", "Must be at most 2 characters long."),
        (Annotated[str, Meta(min_length=1)], "", "Must be at least 1 character long."),
        (Annotated[list[int], Meta(max_length=1)], [1, 2], "Must have at most 1 member."),
        (Annotated[datetime, Meta(tz=True)], "2026-01-01T00:00:00", "Must have an offset, as 2026-03-02T14:05:00Z."),
        (datetime, "yesterday", "Must be a time as 2026-03-02T14:05:00Z."),
        (Colour, "blue", "Must be one of the documented values."),
        (Currency, "eur", "Must be three capital letters, as EUR."),
        (Annotated[str, Meta(pattern="^unsaid$")], "x", "Is not of the documented form."),
    ],
)
def test_field_is_told_by_its_rule(of: Any, value: object, rule: str) -> None:
    assert complaint(of, value) == rule


@pytest.mark.parametrize(
    "of",
    [Code, Currency, GatewayName, MetadataKey, NewTenantId, OutsideId, PaymentId, RefundId, RowKey, TenantId, Token],
)
def test_every_form_has_its_words(of: Any) -> None:
    said = complaint(of, "\n")

    assert said.startswith("Must be ")
    assert "`" not in said
    assert "[" not in said


def test_missing_and_unknown_fields_are_told() -> None:
    assert invalid_field("Object missing required field `a`").errors[0].detail == "Is required."
    assert invalid_field("Object contains unknown field `a`").errors[0].pointer == "/a"
    assert invalid_field("Something new of the decoder's").errors[0].detail == "Is not as documented."


def test_name_of_a_member_is_told_apart_from_its_value() -> None:
    refused = invalid_field(_complaint(Metadata, {"a b": "x"}))

    assert refused.errors[0].detail == "The name of a member of it: must be 1 to 40 letters, digits, _ and -."


@pytest.mark.parametrize("text", [b"1e400", b"-1e400"])
def test_number_beyond_all_bounds_is_told_the_rule_of_amounts(text: bytes) -> None:
    with pytest.raises(msgspec.ValidationError) as complained:
        msgspec.json.decode(text, type=Amount)

    told = invalid_field(str(complained.value)).errors[0].detail
    assert told == "Is too large a number; an amount is an integer of minor units, up to 1000000000000000."


def _complaint(of: Any, value: object) -> str:
    with pytest.raises(msgspec.ValidationError) as complained:
        msgspec.convert(value, of)
    return str(complained.value)
