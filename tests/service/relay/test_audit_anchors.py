"""An audit chain that was rewritten without a contradiction inside the database is found by its anchor outside."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import lines_of

from refunds.adapters.local.anchors import AnchorFiles
from refunds.adapters.local.mac_signer import HmacSigner
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.audit_log import to_link
from refunds.adapters.mongo.read_model_schema import AUDIT_HEADS, AUDIT_LOG
from refunds.domain.audit.hash_chain import link
from refunds.kit.config import Secret
from refunds.ports.audit.anchors import Anchors
from refunds.services.reporting_engine.anchoring import (
    AnchoringCollector,
    AnchoringMetrics,
    AnchoringParts,
    anchor_once,
    run_anchoring,
)
from refunds.texts.finding_lines import line_of
from refunds.usecases.audit.anchor_audit import AnchorAudit, Anchoring, ReasonMalformed, all_heads, begin_epoch
from refunds.usecases.verification.verification_report import Invariant, Report
from refunds.usecases.verification.verify_audit import VerifyAudit

Database = AsyncDatabase[Any]
CHAIN = "mer_1"


@pytest.fixture
def anchors(tmp_path: Path) -> Anchors:
    """On a folder outside of the database."""
    return AnchorFiles(tmp_path, HmacSigner(Secret("k" * 43)), FixedClock())


async def grow(database: Database, first_number: int = 1, length: int = 6) -> None:
    """Appends to two chains, by the relay."""
    shop = Shop(database, first_number=first_number)
    for _ in range(length):
        await shop.capture(merchant_id=CHAIN)
    await shop.capture(merchant_id="mer_2")
    await run_dry(relay_of(database, polls_before_takeover=0), database)


async def anchored(database: Database, anchors: Anchors) -> Anchoring:
    """What the reporting-engine does every few seconds."""
    return await AnchorAudit(reads=MongoVerificationReads(database), anchors=anchors)()


async def verified(database: Database, anchors: Anchors) -> Report:
    """The audit log verified."""
    return await VerifyAudit(reads=MongoVerificationReads(database), anchors=anchors)()


def broken(report: Report) -> dict[Invariant, tuple[str, ...]]:
    """Lines by invariant."""
    return {check.invariant: lines_of(check) for check in report.checks if check.violations}


async def cut_the_end(database: Database) -> None:
    """The chain one record shorter, its head moved with it."""
    before = await database[AUDIT_LOG].find_one({"chain": CHAIN, "seq": 5})
    await database[AUDIT_LOG].delete_one({"chain": CHAIN, "seq": 6})
    await database[AUDIT_HEADS].update_one({"_id": CHAIN}, {"$set": {"seq": 5, "hash": before["hash"]}})


async def rehash_from_an_edit_on(database: Database) -> None:
    """Another amount in record 3, and every hash from there on made anew."""
    records = await database[AUDIT_LOG].find({"chain": CHAIN}).sort("seq", 1).to_list(None)
    previous = records[1]["hash"]
    for record in records[2:]:
        record["body"] = record["body"].replace("1000", "9000")
        made = link(CHAIN, record["seq"], previous, to_link(record).content)
        record["previous_hash"], record["hash"] = previous, made.hash
        previous = made.hash
        await database[AUDIT_LOG].replace_one({"_id": record["_id"]}, record)
    await database[AUDIT_HEADS].update_one({"_id": CHAIN}, {"$set": {"hash": previous}})


async def remove_the_chain(database: Database) -> None:
    """No record and no head left."""
    await database[AUDIT_LOG].delete_many({"chain": CHAIN})
    await database[AUDIT_HEADS].delete_one({"_id": CHAIN})


TAMPERING = {
    cut_the_end: (
        "mer_1: the audit log of this tenant ends at record 5, but it had 6 records when it was last anchored"
    ),
    rehash_from_an_edit_on: "mer_1: audit record 6 of this tenant is not the record that was anchored",
    remove_the_chain: "mer_1: the audit log of this tenant is gone; it had 6 records when it was last anchored",
}


async def test_untouched_chains_go_on_from_their_anchor(database: Database, anchors: Anchors) -> None:
    await grow(database)
    await anchored(database, anchors)
    await grow(database, first_number=100)

    report = await verified(database, anchors)

    assert report.is_clean
    assert [check.checked for check in report.checks if check.invariant is Invariant.ANCHORED] == [2]


@pytest.mark.parametrize("tamper", list(TAMPERING))
async def test_consistent_rewriting_is_found_by_the_anchor(
    database: Database, anchors: Anchors, tamper: Callable[[Database], Awaitable[None]]
) -> None:
    await grow(database)
    await anchored(database, anchors)

    await tamper(database)

    assert broken(await verified(database, anchors)) == {Invariant.ANCHORED: (TAMPERING[tamper],)}


@pytest.mark.parametrize("tamper", list(TAMPERING))
async def test_rewritten_chain_is_not_anchored_anew_however_far_it_goes_on(
    database: Database, anchors: Anchors, tamper: Callable[[Database], Awaitable[None]]
) -> None:
    await grow(database)
    await anchored(database, anchors)
    before = await anchors.latest()
    await tamper(database)
    await grow(database, first_number=100, length=9)

    done = await anchored(database, anchors)

    assert len(done.broken) == 1
    assert await anchors.latest() == before
    assert set(broken(await verified(database, anchors))) == {Invariant.ANCHORED}


async def test_anchor_is_added_only_where_a_head_moved(database: Database, anchors: Anchors) -> None:
    await grow(database)

    assert (await anchored(database, anchors)).chains == 2
    assert (await anchored(database, anchors)).chains == 0
    latest = await anchors.latest()
    assert latest is not None
    assert latest.number == 1


async def test_anchor_that_was_tampered_with_is_a_violation(
    database: Database, anchors: Anchors, tmp_path: Path
) -> None:
    await grow(database)
    await anchored(database, anchors)
    file = tmp_path / "000000000001.anchor"

    file.write_bytes(file.read_bytes().replace(b"mer_2", b"mer_3"))

    assert set(broken(await verified(database, anchors))) == {Invariant.ANCHORED}


async def test_loop_counts_anchors_and_logs_what_is_broken(
    database: Database, anchors: Anchors, tmp_path: Path
) -> None:
    parts = AnchoringParts(
        anchor=AnchorAudit(reads=MongoVerificationReads(database), anchors=anchors),
        is_leading=lambda: True,
        metrics=AnchoringMetrics(),
    )
    await grow(database)
    await anchor_once(parts)
    good = (parts.metrics.anchors_count, parts.metrics.broken_count)
    await cut_the_end(database)
    await anchor_once(parts)
    cut = (parts.metrics.anchors_count, parts.metrics.broken_count)
    (tmp_path / "000000000001.anchor").write_bytes(b"")
    parts.metrics.broken_count = 0
    await anchor_once(parts)

    assert good == (1, 0)
    assert cut == (1, 1)
    assert parts.metrics.broken_count == 1
    assert len(list(AnchoringCollector(parts.metrics).collect())) == 2


async def test_restored_chains_are_anchored_again_in_a_new_epoch_that_names_what_was_lost(
    database: Database, anchors: Anchors, tmp_path: Path
) -> None:
    await grow(database)
    await anchored(database, anchors)
    file = tmp_path / "000000000001.anchor"
    before = file.read_bytes()
    await cut_the_end(database)
    refused = await anchored(database, anchors)

    await begin_epoch(MongoVerificationReads(database), anchors, "restored to 11:58, incident 7")
    await grow(database, first_number=100)
    goes_on = await anchored(database, anchors)
    report = await verified(database, anchors)
    latest = await anchors.latest()

    assert len(refused.broken) == 1
    assert goes_on.chains == 2
    assert latest is not None
    assert (latest.epoch, latest.number) == (2, 2)
    assert report.is_clean, report
    assert tuple(map(line_of, report.notes)) == (
        (
            "epoch 2, a new series of anchors, began on 2026-03-01, after anchor 1; the person who began it gave this "
            "reason: restored to 11:58, incident 7"
        ),
        (
            "audit records were lost before epoch 2 of the anchors began: mer_1: the audit log of this tenant ends at "
            "record 5, but it had 6 records when it was last anchored"
        ),
    )
    assert file.read_bytes() == before


async def test_tampering_after_an_epoch_began_is_found_as_before(database: Database, anchors: Anchors) -> None:
    await grow(database)
    await anchored(database, anchors)
    await begin_epoch(MongoVerificationReads(database), anchors, "drill")

    await cut_the_end(database)

    assert broken(await verified(database, anchors)) == {Invariant.ANCHORED: (TAMPERING[cut_the_end],)}


async def test_anchor_before_an_epoch_that_is_exchanged_is_a_violation(
    database: Database, anchors: Anchors, tmp_path: Path
) -> None:
    await grow(database)
    await anchored(database, anchors)
    await begin_epoch(MongoVerificationReads(database), anchors, "drill")
    (tmp_path / "000000000001.anchor").unlink()
    other = tmp_path / "other"
    other.mkdir()
    await AnchorFiles(other, HmacSigner(Secret("k" * 43)), FixedClock()).append(
        (await all_heads(MongoVerificationReads(database)))[:1]
    )
    (other / "000000000001.anchor").rename(tmp_path / "000000000001.anchor")

    found = broken(await verified(database, anchors))

    assert found == {
        Invariant.ANCHORED: (
            "the first anchor of epoch 2 should name anchor 1 as the anchor before it, but names another anchor",
        )
    }


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
async def test_epoch_without_a_reason_does_not_begin(database: Database, anchors: Anchors, reason: str) -> None:
    await grow(database)

    with pytest.raises(ReasonMalformed):
        await begin_epoch(MongoVerificationReads(database), anchors, reason)

    assert await anchors.latest() is None


async def test_chains_that_are_too_many_for_one_call_are_anchored_by_several(
    database: Database, anchors: Anchors
) -> None:
    await grow(database)
    anchor = AnchorAudit(reads=MongoVerificationReads(database), anchors=anchors, heads_max=1, pages_max=1)

    calls = [await anchor() for _ in range(4)]

    assert [(call.chains, call.is_complete) for call in calls] == [(0, False), (0, False), (2, True), (0, False)]


async def test_chains_that_another_anchored_meanwhile_are_read_again_and_not_called_broken(
    database: Database, anchors: Anchors
) -> None:
    await grow(database)
    anchor = AnchorAudit(reads=MongoVerificationReads(database), anchors=anchors, heads_max=1, pages_max=1)
    await anchor()
    await anchor()
    await grow(database, first_number=100)
    await anchored(database, anchors)

    calls = [await anchor() for _ in range(3)]

    assert [call.broken for call in calls] == [()] * 3
    latest = await anchors.latest()
    assert latest is not None
    assert latest.number == 1


async def test_loop_anchors_as_soon_as_there_is_something_and_then_rests(database: Database, anchors: Anchors) -> None:
    await grow(database)
    metrics, stop = AnchoringMetrics(), asyncio.Event()
    audit = AnchorAudit(reads=MongoVerificationReads(database), anchors=anchors)
    parts = AnchoringParts(anchor=audit, is_leading=lambda: True, metrics=metrics, every_s=3600.0)
    loop = asyncio.create_task(run_anchoring(parts, stop))

    async with asyncio.timeout(20):
        while not metrics.anchors_count:
            await asyncio.sleep(0.01)
    stop.set()
    await loop

    assert metrics.anchors_count == 1
