"""Tampering with the stored audit log is found, wherever it happens; honest writers never break it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import lines_of

from refunds.adapters.memory.audit.anchors import MemoryAnchors
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.audit_log import append_audit, record_id
from refunds.adapters.mongo.read_model_schema import AUDIT_HEADS, AUDIT_LOG
from refunds.adapters.mongo.transactions import in_transaction
from refunds.domain.audit.hash_chain import AuditEntry
from refunds.usecases.verification.verification_report import Report
from refunds.usecases.verification.verify_audit import VerifyAudit

Database = AsyncDatabase[Any]
CHAIN = "mer_1"


async def a_chain(database: Database, length: int = 6) -> None:
    """A chain of payments' versions."""
    shop, relay = Shop(database), relay_of(database)
    for _ in range(length):
        await shop.capture(merchant_id=CHAIN)
    await run_dry(relay, database)


async def verified(database: Database) -> Report:
    """The audit log verified."""
    return await VerifyAudit(reads=MongoVerificationReads(database), anchors=MemoryAnchors(FixedClock()))()


async def test_untouched_log_is_unbroken(database: Database) -> None:
    await a_chain(database)

    report = await verified(database)

    assert report.is_clean
    assert report.checks[0].checked == 6


async def edit(log: Any, heads: Any) -> None:
    await log.update_one(
        {"seq": 3}, [{"$set": {"body": {"$replaceAll": {"input": "$body", "find": "1000", "replacement": "9000"}}}}]
    )


async def edit_subject(log: Any, heads: Any) -> None:
    await log.update_one({"seq": 3}, {"$set": {"subject": "pay_other"}})


async def unset_body(log: Any, heads: Any) -> None:
    await log.update_one({"seq": 3}, {"$unset": {"body": ""}})


async def remove(log: Any, heads: Any) -> None:
    await log.delete_one({"seq": 3})


async def remove_and_close_up(log: Any, heads: Any) -> None:
    await log.delete_one({"seq": 3})
    for seq in (4, 5, 6):
        record = await log.find_one_and_delete({"seq": seq})
        await log.insert_one(record | {"_id": record_id(CHAIN, seq - 1), "seq": seq - 1})
    await heads.update_one({}, {"$set": {"seq": 5}})


async def reorder(log: Any, heads: Any) -> None:
    third, fourth = [await log.find_one_and_delete({"seq": seq}) for seq in (3, 4)]
    await log.insert_one(third | {"_id": fourth["_id"], "seq": 4})
    await log.insert_one(fourth | {"_id": third["_id"], "seq": 3})


async def cut_off_the_end(log: Any, heads: Any) -> None:
    await log.delete_many({"seq": {"$gte": 5}})


async def cut_off_with_an_invented_head(log: Any, heads: Any) -> None:
    await log.delete_many({"seq": {"$gte": 5}})
    await heads.update_one({}, {"$set": {"seq": 4}})


async def append_behind_the_head(log: Any, heads: Any) -> None:
    record = await log.find_one({"seq": 6})
    await log.insert_one(record | {"_id": record_id(CHAIN, 7), "seq": 7, "subject": "pay_new"})


async def remove_the_head(log: Any, heads: Any) -> None:
    await heads.delete_many({})


@pytest.mark.parametrize(
    "tamper",
    [
        edit,
        edit_subject,
        unset_body,
        remove,
        remove_and_close_up,
        reorder,
        cut_off_the_end,
        cut_off_with_an_invented_head,
        append_behind_the_head,
        remove_the_head,
    ],
)
async def test_tampering_is_found(database: Database, tamper: Callable[[Any, Any], Awaitable[None]]) -> None:
    await a_chain(database)

    await tamper(database[AUDIT_LOG], database[AUDIT_HEADS])

    report = await verified(database)
    assert not report.is_clean


async def test_broken_record_is_named_by_its_place(database: Database) -> None:
    await a_chain(database)

    await edit(database[AUDIT_LOG], database[AUDIT_HEADS])

    assert lines_of((await verified(database)).checks[0]) == (
        "mer_1: audit record 3 of 6 does not contain the hash of the record before it",
    )


async def test_many_who_append_to_one_chain_at_once_leave_it_unbroken(database: Database) -> None:
    async def append(number: int) -> None:
        entry = AuditEntry(chain="mer_1", subject=f"prv_{number}", version=1, body=b"{}")

        async def write(session: AsyncClientSession) -> None:
            await append_audit(session, database, [entry])

        await in_transaction(database, write)

    await asyncio.gather(*(append(number) for number in range(12)))

    report = await verified(database)
    assert report.is_clean
    assert report.checks[0].checked == 12


async def test_entry_stays_out_when_its_transaction_fails(database: Database) -> None:
    class Refused(Exception):
        pass

    async def write(session: AsyncClientSession) -> None:
        await append_audit(session, database, [AuditEntry(chain="mer_1", subject="prv_1", version=1, body=b"{}")])
        raise Refused

    with pytest.raises(Refused):
        await in_transaction(database, write)

    assert await database[AUDIT_LOG].count_documents({}) == 0
    assert await database[AUDIT_HEADS].count_documents({}) == 0
