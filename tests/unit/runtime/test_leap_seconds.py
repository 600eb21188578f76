"""A leap second (RFC 3339, 5.7) is read as the last millisecond before it; other seconds 60 are no times."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from refunds.runtime.http.problems import Problem
from refunds.runtime.schema.decoding import BodyReader, read_query
from refunds.runtime.schema.fields import Moment

LEAP = "2016-12-31T23:59:60Z"
LAST = datetime(2016, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    """A time further in."""

    at: Moment


class Times(msgspec.Struct, forbid_unknown_fields=True):
    """Times of a body, and a text that may hold one."""

    at: Moment | None = None
    other: Moment | None = None
    text: str = ""
    members: list[Inner] = []


def read(**body: Any) -> Times:
    """The body."""
    return BodyReader(Times).read(msgspec.json.encode(body))


@pytest.mark.parametrize(
    "text",
    [
        LEAP,
        "2016-12-31T23:59:60.5Z",
        "2016-12-31t23:59:60z",
        "2016-12-31T15:59:60-08:00",
        "2017-01-01T05:29:60+05:30",
        "2017-01-01T00:59:60.999999+01:00",
    ],
)
def test_leap_second_is_the_last_millisecond_of_its_day(text: str) -> None:
    assert read(at=text).at == LAST
    assert read_query(Times, f"at={text.replace('+', '%2B')}".encode()).at == LAST


@pytest.mark.parametrize(
    "text",
    [
        "2016-12-31T23:58:60Z",
        "2016-12-30T23:59:60Z",
        "2016-12-31T23:59:60+01:00",
        "2016-12-31T23:59:61Z",
        "2016-12-31T12:00:60Z",
        "2016-02-30T23:59:60Z",
        "9999-12-31T23:59:60Z",
        "0001-01-01T00:59:60+01:00",
        "2016-12-31T23:59:60.Z",
        "2016-12-31T23:59:60",
        "23:59:60Z",
        LEAP + LEAP,
    ],
)
def test_second_60_elsewhere_is_no_time(text: str) -> None:
    with pytest.raises(Problem) as refused:
        read(at=text)

    assert refused.value.errors[0].pointer == "/at"


def test_every_time_of_a_body_may_be_one_and_texts_stay_as_they_are() -> None:
    found = read(at=LEAP, other=LEAP, text=LEAP, members=[{"at": "2016-06-01T00:00:00Z"}, {"at": LEAP}])

    assert (found.at, found.other, found.text) == (LAST, LAST, LEAP)
    assert found.members[1].at == LAST


def test_last_millisecond_lies_before_the_second_that_follows() -> None:
    assert datetime(2017, 1, 1, tzinfo=UTC) - read(at=LEAP).at == timedelta(milliseconds=1)  # type: ignore[operator]


def test_other_mistake_beside_a_leap_second_is_named() -> None:
    with pytest.raises(Problem) as refused:
        read(at=LEAP, text=7)

    assert refused.value.errors[0].pointer == "/text"
