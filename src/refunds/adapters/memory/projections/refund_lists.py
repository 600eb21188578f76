"""Reads pages of refunds from the rows that the relay stored in the simulated database.

It implements `ports.projections.refund_lists`.
"""

from pymongo.errors import PyMongoError

from refunds.adapters.memory.client import Client
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.line import DIRECT, Line
from refunds.adapters.memory.projections.positions import current_generation
from refunds.adapters.mongo.projections.list_cursors import Place, decode_cursor, encode_cursor
from refunds.adapters.mongo.read_model_schema import REFUND_LIST, of_generation
from refunds.domain.errors import StoreUnavailable
from refunds.domain.tenancy import Scope
from refunds.ports.projections.read_models import ListedRefund
from refunds.ports.projections.refund_lists import RefundFilter, RefundPage, RefundRow


class MemoryRefundLists:
    """See `ports.projections.refund_lists`. Reads all rows for each page."""

    def __init__(self, database: MemoryDatabase, line: Line = DIRECT) -> None:
        self._database = database
        self._client = Client(database, line)

    async def list_refunds(self, scope: Scope, wanted: RefundFilter) -> RefundPage:
        """See the port."""
        after = decode_cursor(wanted.cursor) if wanted.cursor else None
        try:
            found = await self._client.read("mongo.refund_lists.read", lambda: self._rows(scope, wanted))
        except PyMongoError as error:
            raise StoreUnavailable from error
        rest = [row for row in found if after is None or _place(row) < (after.created_at, after.id)]
        page = sorted(rest, key=_place, reverse=True)[: wanted.limit]
        if len(rest) <= wanted.limit:
            return RefundPage(rows=page, next_cursor="")
        return RefundPage(rows=page, next_cursor=encode_cursor(Place(created_at=page[-1].created_at, id=page[-1].id)))

    def _rows(self, scope: Scope, wanted: RefundFilter) -> list[RefundRow]:
        name = of_generation(REFUND_LIST, current_generation(self._database))
        rows: list[ListedRefund] = list(self._database.tables[name].majority.values())
        return [each.row for each in rows if scope.covers(each.path) and matches(each.row, wanted)]


def _place(row: RefundRow) -> tuple[object, str]:
    return (row.created_at, row.id)


def matches(row: RefundRow, wanted: RefundFilter) -> bool:
    """True if the row meets all conditions of the filter. Empty fields of the filter are ignored."""
    same = all(
        not required or required == found
        for required, found in (
            (wanted.status, row.status),
            (wanted.merchant_id, row.merchant_id),
            (wanted.payment_id, row.payment_id),
            (wanted.currency, row.currency),
            (wanted.method, row.method),
            (wanted.reason, row.reason),
        )
    )
    return (
        same
        and (wanted.amount_min is None or row.amount >= wanted.amount_min)
        and (wanted.amount_max is None or row.amount <= wanted.amount_max)
        and (wanted.created_from is None or row.created_at >= wanted.created_from)
        and (wanted.created_before is None or row.created_at < wanted.created_before)
    )
