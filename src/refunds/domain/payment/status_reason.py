"""Why a refund has its status, as stored with the refund. Pure values; `reason_details` has the cases."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

PlainFact: TypeAlias = int | str | tuple[str, ...]
"""A fact in stored form: a duration in seconds, a moment as ISO 8601 text."""


class StatusReason(Struct, frozen=True, kw_only=True):
    """Why a refund has its status. `detail` names a class in `reason_details`, and `facts` are its fields.

    `text` is what a person wrote, or what an earlier release stored instead of facts.
    """

    code: str
    text: str = ""
    detail: str = ""
    facts: Mapping[str, PlainFact] | None = None


AWAITS_APPROVAL = StatusReason(code="approval_required")
"""The reason of a refund that waits for approval by another person."""
