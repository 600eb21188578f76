"""Defines the reason of a refund's status as it is stored. `reason_details` has the possible details."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

PlainFact: TypeAlias = int | str | tuple[str, ...]
"""A fact in stored form. A duration is stored in seconds, and a time is stored as ISO 8601 text."""


class StatusReason(Struct, frozen=True, kw_only=True):
    """The reason why a refund has its status. `detail` names a class in `reason_details`, and `facts` are its fields.

    `text` is what a person wrote, or what an earlier release stored instead of facts.
    """

    code: str
    text: str = ""
    detail: str = ""
    facts: Mapping[str, PlainFact] | None = None


AWAITS_APPROVAL = StatusReason(code="approval_required")
"""The reason of a refund that waits for approval by another person."""
