"""What the API's document says of answers: times have a format, and texts with known values list them as open."""

from typing import Any

import msgspec
import pytest

from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import MethodType, RefundMethod
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import Role, TenantKind
from refunds.services.api.response_models import (
    ApprovalOut,
    EventOut,
    MethodOut,
    MethodTypeOut,
    PaymentOut,
    RefundOut,
    RefundRowOut,
    ScopedEventOut,
    TenantOut,
    WhyOut,
)


def described(of: type[msgspec.Struct], field: str) -> dict[str, Any]:
    """The schema of a field; of one that may be null, the other alternative."""
    schema = msgspec.json.schema(of)["$defs"][of.__name__]["properties"][field]
    return next((one for one in schema.get("anyOf", ()) if one["type"] != "null"), schema)


@pytest.mark.parametrize(
    ("of", "field", "values"),
    [
        (RefundOut, "status", Status),
        (RefundRowOut, "status", Status),
        (WhyOut, "status", Status),
        (EventOut, "from_status", Status),
        (EventOut, "type", EventType),
        (ScopedEventOut, "type", EventType),
        (MethodOut, "type", MethodType),
        (MethodTypeOut, "type", MethodType),
        (RefundOut, "method", RefundMethod),
        (ApprovalOut, "role", Role),
        (TenantOut, "kind", TenantKind),
    ],
)
def test_known_values_are_listed_and_more_are_allowed(of: type[msgspec.Struct], field: str, values: Any) -> None:
    schema = described(of, field)

    assert schema["x-extensible-enum"] == sorted(one.value for one in values)
    assert schema["type"] == "string"
    assert "enum" not in schema


@pytest.mark.parametrize("of", [PaymentOut, RefundOut, RefundRowOut, EventOut, ScopedEventOut, WhyOut, ApprovalOut])
def test_every_time_has_its_format(of: type[msgspec.Struct]) -> None:
    times = [name for name in of.__struct_fields__ if name.endswith("at")]

    assert times
    assert {name: described(of, name).get("format") for name in times} == dict.fromkeys(times, "date-time")
