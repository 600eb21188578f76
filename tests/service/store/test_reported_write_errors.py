"""What a bulk's errors say of each write: of a collision beside an error of the write concern, nothing.

The collection is a double that answers as a database does that lost its majority, or that has a collision to tell.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import BulkWriteError
from tests.support.payments.payments import LIMITS, NOW, a_payment, a_request

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.payments.commit_batch import Command, CommitWork, decide, work_of
from refunds.adapters.mongo.payments.commit_storage import Outcomes
from refunds.adapters.mongo.payments.documents import Loaded
from refunds.adapters.mongo.payments.payment_commits import CommitLimits, PaymentCommits
from refunds.adapters.mongo.payments.payment_writes import PaymentWrites
from refunds.domain.errors import AlreadyExists, Overloaded
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds.kit.group_commit import Group, Pending

COLLISION = {"index": 1, "code": 11000, "errmsg": "E11000 duplicate key error"}
NO_MAJORITY = {"code": 64, "errmsg": "waiting for replication timed out"}


@dataclass
class Reported:
    """A collection whose bulks all end with these details."""

    details: dict[str, Any]

    async def bulk_write(self, _operations: Sequence[Any], *, ordered: bool) -> None:
        """Ends with the details."""
        assert not ordered
        raise BulkWriteError(self.details)


def decided(payment_id: str) -> CommitWork:
    """A work with a refund to write."""
    payment = a_payment(100, id=payment_id)
    command = Command(ALL_TENANTS, lambda present: request_refund(present, a_request(10), LIMITS, NOW))
    work = work_of(Group(payment_id, [Pending(command, future=None)]))  # type: ignore[arg-type]
    work.start_from(Loaded(payment, None))
    decide(work, SystemIds().write_token)
    return work


def ids_of(outcomes: Outcomes) -> dict[str, list[str]]:
    """The payments under each outcome."""
    return {
        "applied": [work.key for work in outcomes.applied],
        "refused": [work.key for work, _ in outcomes.refused],
        "unknown": sorted(work.key for work in outcomes.unknown),
    }


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        (
            {"writeErrors": [COLLISION], "writeConcernErrors": [], "nMatched": 2},
            {"applied": ["a", "c"], "refused": ["b"], "unknown": []},
        ),
        (
            {"writeErrors": [COLLISION], "writeConcernErrors": [NO_MAJORITY], "nMatched": 2},
            {"applied": [], "refused": [], "unknown": ["a", "b", "c"]},
        ),
        (
            {"writeErrors": [COLLISION | {"code": 121}], "writeConcernErrors": [NO_MAJORITY], "nMatched": 2},
            {"applied": [], "refused": [], "unknown": ["a", "b", "c"]},
        ),
        (
            {"writeErrors": [], "writeConcernErrors": [NO_MAJORITY | {"code": 91}], "nMatched": 3},
            {"applied": [], "refused": [], "unknown": ["a", "b", "c"]},
        ),
        (
            {"writeErrors": [COLLISION], "writeConcernErrors": [], "nMatched": 1},
            {"applied": [], "refused": ["b"], "unknown": ["a", "c"]},
        ),
        (
            {"writeErrors": [COLLISION | {"code": 112}], "writeConcernErrors": [], "nMatched": 2},
            {"applied": ["a", "c"], "refused": [], "unknown": ["b"]},
        ),
    ],
    ids=["collision", "collision-no-majority", "rule-no-majority", "no-majority", "collision-lost-race", "conflict"],
)
async def test_bulk_with_errors_names_for_each_write_what_is_certain(
    details: dict[str, Any], expected: dict[str, list[str]]
) -> None:
    writes = PaymentWrites(Reported(details))  # type: ignore[arg-type]

    outcomes = await writes.write([decided(payment_id) for payment_id in "abc"])

    assert ids_of(outcomes) == expected


@dataclass
class OneKeyCollides:
    """Payments of which one key always collides; `holders` is what a majority holds of it. Doubles what is called."""

    key: str
    payment: Payment
    holders_of: dict[tuple[str, str], str] = field(default_factory=dict)
    collisions: int = 0
    collisions_max: int = 1_000

    async def to_decide_on(self, payment_ids: list[str]) -> dict[str, Loaded]:
        """The payment as it was last written."""
        return {payment_id: Loaded(self.payment, None) for payment_id in payment_ids}

    majority = to_decide_on

    async def holders(self, _keys: object) -> dict[tuple[str, str], str]:
        """What a majority holds of the key."""
        return self.holders_of

    async def bulk_write(self, operations: Sequence[Any], *, ordered: bool) -> Any:
        """Collides where the update holds the key."""
        assert not ordered
        if self.key in repr(operations) and self.collisions < self.collisions_max:
            self.collisions += 1
            raise BulkWriteError(
                {"writeErrors": [COLLISION | {"index": 0}], "writeConcernErrors": [], "nMatched": 0},
            )
        return SimpleNamespace(matched_count=len(operations))


async def asked(double: OneKeyCollides, keys: Sequence[str]) -> list[Any]:
    """The outcomes of one command for each key, all at once."""
    commits = PaymentCommits(PaymentWrites(double), double, SystemIds().write_token, CommitLimits())  # type: ignore[arg-type]
    submitted = [commits.change(ALL_TENANTS, "pay_1", lambda present, key=key: _refund(present, key)) for key in keys]
    return await asyncio.gather(*submitted, return_exceptions=True)


def _refund(present: Payment, key: str) -> Decision:
    return request_refund(present, a_request(1, key=key), LIMITS, NOW)


async def test_a_collision_that_no_majority_holds_is_no_conflict_and_keeps_no_other_command() -> None:
    double = OneKeyCollides("used", a_payment(100))

    found = await asked(double, ["a", "used", "b"])

    assert [type(outcome) for outcome in found] == [Decision, Overloaded, Decision]


async def test_a_collision_that_was_rolled_back_meanwhile_ends_in_a_refund() -> None:
    double = OneKeyCollides("used", a_payment(100), collisions_max=3)

    found = await asked(double, ["a", "used", "b"])

    assert [type(outcome) for outcome in found] == [Decision] * 3


async def test_a_key_is_anothers_when_a_majority_holds_it_in_another_payment() -> None:
    double = OneKeyCollides("used", a_payment(100), {("mer_1", "used"): "pay_2"})

    found = await asked(double, ["a", "used", "b"])

    assert [type(outcome) for outcome in found] == [Decision, AlreadyExists, Decision]
    assert double.collisions == 1
