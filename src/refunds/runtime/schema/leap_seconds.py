"""Accepts times with a leap second, e.g. 2016-12-31T23:59:60Z.

RFC 3339 allows these times, but the decoder refuses them. This module is called if a time in a body, query or row was
refused. A leap second is read as the last millisecond before it, so that the time stays on its day. A leap second is
valid only at the end of a month in UTC.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")

_TIME_ERROR = re.compile(r"Invalid RFC3339 encoded datetime(?: - at `\$(?P<path>[^`]*)`)?")
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>[0-9]+)\]")
_LEAP = re.compile(
    r"(?P<minute>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}):60(?:\.[0-9]{1,9})?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_LAST = ":59.999"
_MILLISECOND = timedelta(milliseconds=1)


def is_about_a_time(message: str) -> bool:
    """True if an error message of msgspec is about an invalid time."""
    return _TIME_ERROR.fullmatch(message) is not None


def convert(value: Any, of: type[_T], *, strict: bool = True) -> _T:
    """Converts decoded JSON like `msgspec.convert`, but replaces leap seconds in `value`. Raises the same errors."""
    while True:
        try:
            return msgspec.convert(value, of, strict=strict)
        except msgspec.ValidationError as error:
            message = _TIME_ERROR.fullmatch(str(error))
            if message is None or not _replaced(value, message["path"] or ""):
                raise


def _replaced(value: Any, path: str) -> bool:
    """Replaces the leap second at `path` inside `value`. Returns False if there is no leap second."""
    steps = [match["name"] or int(match["index"]) for match in _STEP.finditer(path)]
    if not steps:
        return False
    for step in steps[:-1]:
        value = value[step]
    earlier = _without_leap_second(value[steps[-1]])
    if earlier is None:
        return False
    value[steps[-1]] = earlier
    return True


def _without_leap_second(text: object) -> str | None:
    found = _LEAP.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    earlier = f"{found['minute']}{_LAST}{found['zone']}"
    try:
        after = msgspec.convert(earlier, datetime).astimezone(UTC) + _MILLISECOND
    except (msgspec.ValidationError, OverflowError):
        return None
    return earlier if (after.day, after.hour, after.minute) == (1, 0, 0) else None
