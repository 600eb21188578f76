"""Why a refund has its status, as it is stored with the refund. Pure values; `reason_details` names their cases."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

PlainFact: TypeAlias = int | str | tuple[str, ...]
"""A fact as it is stored: a duration in seconds, a moment as ISO 8601."""


class StatusReason(Struct, frozen=True, kw_only=True):
    """Why a refund has its status. `detail` and `facts` are those of a class in `reason_details`.

    `text` is what a person wrote, or what an earlier release stored in place of facts.
    """

    code: str
    text: str = ""
    detail: str = ""
    facts: Mapping[str, PlainFact] | None = None


AWAITS_APPROVAL = StatusReason(code="approval_required")
"""The reason of a refund that waits for approval by another person."""
