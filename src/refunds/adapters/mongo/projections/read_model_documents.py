"""Converts rows, roll-ups and ledger entries to documents and back.

The code here uses no general codec, because it runs for every event. The names in stored documents are independent of
the domain's names.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pymongo import UpdateOne

from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.ledger.ledger import LedgerEntry
from refunds.domain.ledger.roll_ups import CountAndSum, RollUpDimensions, RollUpKey
from refunds.ports.audit.verification_reads import RolledUp
from refunds.ports.projections.read_models import COUNTED_MAX, ListedRefund
from refunds.ports.projections.refund_lists import RefundRow

CELL_SEPARATOR = "|"
UNREADABLE = -1

_DAY_FIELDS = frozenset({"_id", "day", "merchant_id", "path", "cells"})
_TALLY_FIELDS = frozenset({"count", "amount"})
_ROW_FIELDS = (
    "payment_id",
    "merchant_id",
    "status",
    "status_reason",
    "amount",
    "currency",
    "method",
    "payment_method",
    "gateway",
    "reason",
    "created_by",
    "created_at",
    "updated_at",
)
_ENTRY_FIELDS = (
    "payment_id",
    "merchant_id",
    "refund_id",
    "kind",
    "currency",
    "gateway_amount",
    "merchant_amount",
    "at",
)


def refund_document(listed: ListedRefund) -> Document:
    """Returns the document for a new row of the refund list."""
    row = listed.row
    return {
        "_id": row.id,
        "payment_id": row.payment_id,
        "merchant_id": row.merchant_id,
        "path": list(listed.path),
        "version": listed.version,
        "counted": list(listed.counted[-COUNTED_MAX:]),
        "status": row.status,
        "status_reason": row.status_reason,
        "amount": row.amount,
        "currency": row.currency,
        "method": row.method,
        "payment_method": row.payment_method,
        "gateway": row.gateway,
        "reason": row.reason,
        "created_by": row.created_by,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def refund_update(listed: ListedRefund) -> UpdateOne:
    """Returns the update of an existing row. The update contains all fields of a refund that can change.

    If `listed.is_outdated` is True, the update only adds to the counted versions.
    """
    row = listed.row
    changed = {
        "version": listed.version,
        "status": row.status,
        "status_reason": row.status_reason,
        "updated_at": row.updated_at,
    }
    counted = {"counted": {"$each": list(listed.counted), "$sort": 1, "$slice": -COUNTED_MAX}}
    update = {"$push": counted} if listed.is_outdated else {"$set": changed, "$push": counted}
    return UpdateOne({"_id": row.id}, update)


def to_row(document: Mapping[str, Any]) -> RefundRow:
    """Returns the stored document as a row of the refund list."""
    return RefundRow(
        id=document["_id"],
        payment_id=document["payment_id"],
        merchant_id=document["merchant_id"],
        status=document["status"],
        status_reason=document["status_reason"],
        amount=document["amount"],
        currency=document["currency"],
        method=document["method"],
        payment_method=document["payment_method"],
        gateway=document["gateway"],
        reason=document["reason"],
        created_by=document["created_by"],
        created_at=document["created_at"],
        updated_at=document["updated_at"],
    )


def to_listed(document: Mapping[str, Any]) -> ListedRefund:
    """Returns the stored document as a row of the list, even if a person edited the document.

    A missing field becomes None, and an invalid version becomes UNREADABLE. A row of an earlier release has no list of
    counted versions. An empty list becomes UNREADABLE, because no release ever wrote one.
    """
    fields = {**dict.fromkeys(_ROW_FIELDS), **document}
    counted = document.get("counted", ())
    return ListedRefund(
        row=to_row(fields),
        path=_to_path(document.get("path")),
        version=_to_number(document.get("version")),
        is_new=False,
        counted=_to_counted(counted),
    )


def _to_counted(found: object) -> tuple[int, ...]:
    if found == ():
        return ()
    return tuple(map(_to_number, found)) if isinstance(found, list) and found else (UNREADABLE,)


def _to_path(found: object) -> tuple[str, ...]:
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _to_number(found: object) -> int:
    return found if isinstance(found, int) else UNREADABLE


def roll_up_update(key: RollUpKey, cells: Mapping[RollUpDimensions, CountAndSum]) -> UpdateOne:
    """Returns the update that adds to the counts and amounts of one merchant on one day."""
    day = key.day.isoformat()
    raises: dict[str, int] = {}
    for cell, tally in cells.items():
        name = CELL_SEPARATOR.join(cell)
        raises[f"cells.{name}.count"] = tally.count
        raises[f"cells.{name}.amount"] = tally.amount
    return UpdateOne(
        {"_id": f"{day}{CELL_SEPARATOR}{key.merchant_id}"},
        {
            "$inc": raises,
            "$setOnInsert": {"day": day, "merchant_id": key.merchant_id, "path": list(key.path)},
        },
        upsert=True,
    )


def to_rolled_up(document: Mapping[str, Any]) -> RolledUp:
    """Returns the roll-up of one merchant and one day. An invalid part becomes a cell that matches no event.

    `extras` of the result describes the parts of the document that no relay writes.
    """
    found = document.get("path", [])
    path = tuple(map(str, found)) if isinstance(found, list) else (str(found),)
    key = RollUpKey(_to_day(document.get("day")), str(document.get("merchant_id")), path)
    stored = document.get("cells")
    cells = stored if isinstance(stored, Mapping) else {}
    return RolledUp(
        id=document["_id"],
        key=key,
        cells={_to_cell(name): _to_tally(tally) for name, tally in cells.items()},
        extras=tuple(_extras_of(document, cells)),
    )


def _extras_of(document: Mapping[str, Any], cells: Mapping[str, Any]) -> Iterator[str]:
    if document["_id"] != f"{document.get('day')}{CELL_SEPARATOR}{document.get('merchant_id')}":
        yield "another day or merchant than its id"
    yield from (f"the field {name}" for name in document if name not in _DAY_FIELDS)
    if not cells:
        yield "no cells"
    for name, found in cells.items():
        if not isinstance(found, Mapping):
            yield f"no counts in {name}"
            continue
        yield from (f"the field {field} in {name}" for field in found if field not in _TALLY_FIELDS)
        if not found.get("count"):
            yield f"a count of nothing in {name}"


def _to_day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return date.min


def _to_cell(name: str) -> RollUpDimensions:
    parts = name.split(CELL_SEPARATOR)
    return (
        RollUpDimensions(*parts)
        if len(parts) == len(RollUpDimensions._fields)
        else RollUpDimensions(name, "", "", "", "", "")
    )


def _to_tally(found: object) -> CountAndSum:
    fields = found if isinstance(found, Mapping) else {}
    return CountAndSum(_to_number(fields.get("count")), _to_number(fields.get("amount")))


def ledger_document(entry: LedgerEntry) -> Document:
    """Returns the document for a new ledger entry."""
    return {
        "_id": entry.id,
        "payment_id": entry.payment_id,
        "merchant_id": entry.merchant_id,
        "refund_id": entry.refund_id,
        "kind": entry.kind,
        "currency": entry.currency,
        "gateway_amount": entry.gateway_amount,
        "merchant_amount": entry.merchant_amount,
        "at": entry.at,
    }


def to_posted(document: Mapping[str, Any]) -> LedgerEntry:
    """Returns the stored entry, even if a person edited it. Missing fields become None, and wrong amounts become 0."""
    fields: dict[str, Any] = {**dict.fromkeys(_ENTRY_FIELDS), **document}
    return LedgerEntry(
        id=fields["_id"],
        payment_id=fields["payment_id"],
        merchant_id=fields["merchant_id"],
        refund_id=fields["refund_id"],
        kind=fields["kind"],
        currency=fields["currency"],
        gateway_amount=_to_amount(fields["gateway_amount"]),
        merchant_amount=_to_amount(fields["merchant_amount"]),
        at=fields["at"],
    )


def _to_amount(found: object) -> int:
    return found if isinstance(found, int) else 0
