"""Reads pages of refunds, newest first, from the refund list that the relay keeps.

See `ports.projections.refund_lists`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

from pymongo import DESCENDING
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.projections.current_generation import CurrentGeneration
from refunds.adapters.mongo.projections.list_cursors import Place, decode_cursor, encode_cursor
from refunds.adapters.mongo.projections.read_model_documents import to_row
from refunds.adapters.mongo.read_model_schema import REFUND_LIST
from refunds.domain.errors import StoreUnavailable
from refunds.domain.tenancy import Scope
from refunds.ports.projections.refund_lists import RefundFilter, RefundPage

Conditions: TypeAlias = dict[str, Any]

_EQUAL: dict[str, Callable[[RefundFilter], str]] = {
    "status": lambda wanted: wanted.status,
    "merchant_id": lambda wanted: wanted.merchant_id,
    "payment_id": lambda wanted: wanted.payment_id,
    "currency": lambda wanted: wanted.currency,
    "method": lambda wanted: wanted.method,
    "reason": lambda wanted: wanted.reason,
}
"""Filter fields that a row must match exactly. The keys are the names of the fields in a stored row."""


class MongoRefundLists:
    """See the port."""

    def __init__(self, database: AsyncDatabase[Any], *, timeout_s: float = 5.0) -> None:
        self._current = CurrentGeneration(database)
        self._timeout_ms = int(timeout_s * 1000)

    async def list_refunds(self, scope: Scope, wanted: RefundFilter) -> RefundPage:
        """See `ports.projections.refund_lists`. Raises StoreUnavailable if the database does not answer in time."""
        conditions = _conditions(scope, wanted)

        async def read(rows: AsyncCollection[Any], session: AsyncClientSession) -> list[Conditions]:
            cursor = rows.find(conditions, max_time_ms=self._timeout_ms, session=session)
            newest_first = cursor.sort([("created_at", DESCENDING), ("_id", DESCENDING)])
            return await newest_first.limit(wanted.limit + 1).to_list(None)

        try:
            rows = [to_row(document) for document in await self._current.read(REFUND_LIST, read)]
        except PyMongoError as error:
            raise StoreUnavailable from error
        page = rows[: wanted.limit]
        if len(rows) <= wanted.limit:
            return RefundPage(rows=page, next_cursor="")
        last = Place(created_at=page[-1].created_at, id=page[-1].id)
        return RefundPage(rows=page, next_cursor=encode_cursor(last))


def _conditions(scope: Scope, wanted: RefundFilter) -> Conditions:
    conditions: Conditions = {"path": scope.node_id}
    if wanted.merchant_id:
        conditions["path"] = {
            "$all": [wanted.merchant_id, scope.node_id]
        }  # the index is searched for the first of them
    for name, asked_for in _EQUAL.items():
        if value := asked_for(wanted):
            conditions[name] = value
    if amounts := _range(wanted.amount_min, wanted.amount_max, "$lte"):
        conditions["amount"] = amounts
    if times := _range(wanted.created_from, wanted.created_before, "$lt"):
        conditions["created_at"] = times
    if wanted.cursor:
        conditions["$or"] = _after(decode_cursor(wanted.cursor))
    return conditions


def _range(least: int | datetime | None, most: int | datetime | None, upper: str) -> Conditions:
    bounds = {"$gte": least, upper: most}
    return {operator: bound for operator, bound in bounds.items() if bound is not None}


def _after(place: Place) -> list[Conditions]:
    """Returns two conditions for the rows after this place in a list with the newest row first.

    A row comes after the place if the row meets either condition.
    """
    return [
        {"created_at": {"$lt": place.created_at}},
        {"created_at": place.created_at, "_id": {"$lt": place.id}},
    ]
