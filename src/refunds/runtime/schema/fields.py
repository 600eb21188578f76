r"""Defines field types that several services use, with their limits. Converts times to their stored form.

A pattern ends in `$(?!\n)`, because a pattern with only `$` would accept a text with a line break at its end.
"""

from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from msgspec import Meta

from refunds.runtime.schema.decoding import field_problem
from refunds.runtime.schema.validation_messages import form
from refunds.texts.fields import request_field_facts

END = r"$(?!\n)"

TENANT_ID_PATTERN = r"^(platform|[a-z]{3}_[A-Za-z0-9]{1,40})" + END

TenantId: TypeAlias = Annotated[
    str,
    form(
        TENANT_ID_PATTERN,
        "the id of a tenant, such as mer_01, or platform",
        description="Id of a tenant; `platform` is the root.",
        examples=["mer_01"],
    ),
]
Moment: TypeAlias = Annotated[
    datetime, Meta(tz=True, description="RFC 3339 with an offset; stored in whole milliseconds.")
]

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def utc(moment: datetime, pointer: str) -> datetime:
    """Returns the time in UTC, cut to milliseconds. Raises a problem 422 if the time is not between 1970 and 2200."""
    if not EARLIEST <= moment < LATEST:
        raise field_problem(pointer, "invalid", request_field_facts.OutsideYears())
    universal = moment.astimezone(UTC)
    return universal.replace(microsecond=universal.microsecond // 1000 * 1000)
