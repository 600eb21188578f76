"""Copies of values with some fields changed, whether they are Structs or data classes."""

import dataclasses
from typing import Any, TypeVar

import msgspec

Value = TypeVar("Value")


def replace(value: Value, /, **changes: Any) -> Value:
    """A copy of the value with these fields changed; TypeError or AttributeError for a field that it does not have."""
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(value, **changes)
    copy: Value = dataclasses.replace(value, **changes)  # type: ignore[type-var]
    return copy
