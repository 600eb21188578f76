"""Inserts one record for each version of a payment. A unique index ensures that each version is stored only once.

Only the group commit calls this module. After any clash of keys, the payment is read from a majority and decided again.
The name of the violated index decides only what is looked up first. After a write concern error, no outcome is certain.
"""

from typing import Any

from msgspec.structs import replace
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, PyMongoError

from refunds.adapters.mongo.journal.due_entries import DueEntries
from refunds.adapters.mongo.journal.snapshots import Snapshots
from refunds.adapters.mongo.payments.commit_batch import CommitWork
from refunds.adapters.mongo.payments.commit_storage import DUPLICATE_KEY, REFUSALS, Outcomes, write_encodable
from refunds.adapters.mongo.payments.documents import Loaded


class JournalWrites:
    """See `commit_storage.CommitWrites`."""

    def __init__(self, journal: AsyncCollection[Any], due: DueEntries, snapshots: Snapshots) -> None:
        self._journal = journal
        self._due = due
        self._snapshots = snapshots

    async def write(self, works: list[CommitWork]) -> Outcomes:
        """See `commit_storage.CommitWrites`. Inserts the due entries first, see `due_entries`."""
        for work in works:
            work.update["base"] = work.before_write_id
        try:
            await self._due.insert(works)
        except PyMongoError:
            return Outcomes(unknown=works)
        try:
            await self._journal.insert_many([work.update for work in works], ordered=False)
        except BulkWriteError as error:
            outcomes = _sorted_out(works, error)
        except PyMongoError:
            return Outcomes(unknown=works)
        except Exception as error:  # noqa: BLE001 - the driver cannot encode one of them
            return await write_encodable(works, error, self.write)
        else:
            outcomes = Outcomes(applied=works)
        self._tidy(outcomes.applied, [work for work, _ in outcomes.refused])
        return outcomes

    async def look_up(self, works: list[CommitWork]) -> Outcomes:
        """See `commit_storage.CommitWrites`. Records are never deleted, so that the answer is certain."""
        wanted = [_versions(work) for work in works]
        fields = {"payment_id": 1, "version": 1}
        cursor = self._journal.find({"$or": wanted} if len(wanted) > 1 else wanted[0], fields)
        found = {(record["payment_id"], record["version"]): record["_id"] for record in await cursor.to_list(None)}
        outcomes = Outcomes()
        for work in works:
            version = work.update["version"]
            stored = found.get((work.key, version))
            if stored == work.write_id:
                outcomes.applied.append(work)
            elif stored is None and found.get((work.key, version - 1)) == work.before_write_id:
                outcomes.unknown.append(work)
            else:
                outcomes.lost.append(work)
        self._tidy(outcomes.applied, outcomes.lost)
        return outcomes

    def _tidy(self, applied: list[CommitWork], given_up: list[CommitWork]) -> None:
        """Removes outdated due entries, and reports the new versions to the snapshots."""
        outdated = [work.before_write_id for work in applied if work.before_write_id and _was_due(work)]
        self._due.remove(outdated + [work.write_id for work in given_up])
        self._snapshots.note([_stored(work) for work in applied])


def _versions(work: CommitWork) -> dict[str, Any]:
    """Returns the filter for two records: the one that the write inserts, and the one before it."""
    record = work.update
    versions = [record["version"] - 1, record["version"]]
    return {"merchant_id": record["merchant_id"], "payment_id": work.key, "version": {"$in": versions}}


def _was_due(work: CommitWork) -> bool:
    return work.before is not None and work.before.earliest_due() is not None


def _stored(work: CommitWork) -> Loaded:
    if work.after is None:
        raise ValueError(work.key)
    return Loaded(replace(work.after, version=work.update["version"], events=()), work.write_id)


def _sorted_out(works: list[CommitWork], error: BulkWriteError) -> Outcomes:
    """Returns the outcomes of a bulk that the database answered with errors."""
    details = error.details or {}
    if details.get("writeConcernErrors"):
        return Outcomes(unknown=works)
    errors = {found["index"]: found for found in details.get("writeErrors", ())}
    outcomes = Outcomes()
    for index, found in errors.items():
        is_certain = found["code"] in REFUSALS and not _is_version_collision(found)
        if is_certain:
            outcomes.refused.append((works[index], found["code"]))
        else:
            outcomes.unknown.append(works[index])
    rest = [work for index, work in enumerate(works) if index not in errors]
    if details.get("nInserted") == len(rest):
        outcomes.applied = rest
    else:
        outcomes.unknown += rest
    return outcomes


def _is_version_collision(found: dict[str, Any]) -> bool:
    """True if the record's version is already stored, by another write or by an earlier try of this write."""
    return found["code"] == DUPLICATE_KEY and "keys" not in found.get("keyPattern", ())
