"""What a skilled intruder does to the audit log: changes records and makes every hash anew, so that no chain breaks."""

from collections.abc import Callable
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.mongo.audit_log import record_id, to_link
from refunds.adapters.mongo.read_model_schema import AUDIT_HEADS, AUDIT_LOG
from refunds.domain.audit.hash_chain import empty_chain, link

Record = dict[str, Any]


async def rewrite(
    database: AsyncDatabase[Any], change: Callable[[Record], None], is_kept: Callable[[Record], bool] = lambda _: True
) -> None:
    """All chains with `change` done to every record that `is_kept`, consistent from the first record to the head."""
    heads = await database[AUDIT_HEADS].find({}).to_list(None)
    for head in heads:
        records = await database[AUDIT_LOG].find({"chain": head["_id"]}).sort("seq", 1).to_list(None)
        await database[AUDIT_LOG].delete_many({"chain": head["_id"]})
        await database[AUDIT_HEADS].delete_one({"_id": head["_id"]})
        previous, seq = empty_chain(head["_id"]).hash, 0
        for record in filter(is_kept, records):
            change(record)
            seq += 1
            made = link(head["_id"], seq, previous, to_link(record).content)
            fields = {"_id": record_id(head["_id"], seq), "seq": seq, "previous_hash": previous, "hash": made.hash}
            await database[AUDIT_LOG].insert_one(record | fields)
            previous = made.hash
        if seq:
            await database[AUDIT_HEADS].insert_one({"_id": head["_id"], "seq": seq, "hash": previous})
