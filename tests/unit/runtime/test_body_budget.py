"""Bytes of bodies: bounded for all, and no tenant takes all of them."""

from contextlib import suppress

import pytest

from refunds.runtime.http.body_budget import BodyBudget, BodyBytes
from refunds.runtime.http.problems import Problem
from refunds.runtime.process.settings import BODY_BYTES_HELD_MIN
from refunds.services.api.files.bulk import FILE_BYTES_MAX


def filled(bodies: BodyBudget, tenant_id: str, part: int = 1) -> BodyBytes:
    """Takes parts until there is no more room."""
    hold = BodyBytes(bodies, tenant_id)
    with suppress(Problem):
        while True:
            hold.take(part)
    return hold


def test_body_without_room_is_refused_until_later_and_its_connection_ends() -> None:
    bodies = BodyBudget(bytes_max=1_000)

    with pytest.raises(Problem) as refused:
        BodyBytes(bodies, "mer_01").take(501)

    headers = dict(refused.value.headers)
    assert (refused.value.kind.status, refused.value.kind.code) == (429, "overloaded")
    assert (headers[b"retry-after"], headers[b"connection"]) == (b"1", b"close")
    assert bodies.bytes_used == 0


def test_one_tenant_holds_half_and_each_other_half_of_what_is_free() -> None:
    bodies = BodyBudget(bytes_max=1_000)

    holds = [filled(bodies, f"mer_{number}") for number in range(4)]

    assert [hold.size_bytes for hold in holds] == [500, 250, 125, 62]
    assert bodies.bytes_used == 937


def test_several_bodies_of_one_tenant_count_together() -> None:
    bodies = BodyBudget(bytes_max=1_000)

    first = filled(bodies, "mer_01")
    second = BodyBytes(bodies, "mer_01")
    with pytest.raises(Problem):
        second.take(1)
    first.end()
    second.take(500)

    assert bodies.bytes_used == 500


def test_what_ended_holds_nothing_also_when_it_ends_twice() -> None:
    bodies = BodyBudget(bytes_max=1_000)
    holds = [filled(bodies, f"mer_{number}", 7) for number in range(3)]

    for hold in (*holds, *holds):
        hold.end()

    assert bodies == BodyBudget(bytes_max=1_000)


def test_least_bound_has_room_for_the_largest_file() -> None:
    bodies = BodyBudget(bytes_max=BODY_BYTES_HELD_MIN)

    BodyBytes(bodies, "mer_01").take(FILE_BYTES_MAX)

    assert bodies.bytes_used == FILE_BYTES_MAX
