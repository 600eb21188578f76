"""Handles the route that lists refunds from the read model, in pages and with filters.

The newest refunds come first.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from refunds.domain.money import AMOUNT_MAX
from refunds.domain.payment.payment import RefundMethod
from refunds.domain.payment.states import Status
from refunds.ports.projections.refund_lists import RefundFilter, RefundLists
from refunds.runtime.http.endpoint import Answer, Call, Endpoint, json_answer
from refunds.runtime.schema.decoding import in_query, read_query
from refunds.runtime.schema.fields import Moment, TenantId, utc
from refunds.services.api.fields import CURSOR_MEANING, LIMIT_DEFAULT, Code, Currency, PageLimit, PaymentId
from refunds.services.api.presenters import refund_row_out
from refunds.services.api.response_models import MethodTypeOut, ReasonCode, RefundPageOut, RefundRowOut
from refunds.services.api.routes.refund_examples import EXAMPLE_REFUND_ID

_AmountBound: TypeAlias = Annotated[int, Meta(ge=0, le=AMOUNT_MAX)]


class RefundQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Selects the refunds that meet all given conditions. `cursor` is the `next_cursor` of the previous page."""

    limit: PageLimit = LIMIT_DEFAULT
    cursor: Annotated[str, Meta(max_length=256, description=CURSOR_MEANING)] = ""
    status: Annotated[Status, Meta(description="Only refunds with this status.")] | None = None
    merchant_id: Annotated[TenantId, Meta(description="Only refunds of this merchant.")] | None = None
    payment_id: Annotated[PaymentId, Meta(description="Only refunds of this payment.")] | None = None
    currency: Annotated[Currency, Meta(description="Only refunds in this currency (ISO 4217).")] | None = None
    method: Annotated[RefundMethod, Meta(description="Only refunds by this method.")] | None = None
    reason: Annotated[Code, Meta(description="Only refunds that were requested with this reason code.")] | None = None
    amount_min: (
        Annotated[_AmountBound, Meta(description="Only refunds of at least this amount, in minor units.")] | None
    ) = None
    amount_max: (
        Annotated[_AmountBound, Meta(description="Only refunds of at most this amount, in minor units.")] | None
    ) = None
    created_from: (
        Annotated[Moment, Meta(description="Only refunds created at this time (RFC 3339) or later.")] | None
    ) = None
    created_before: Annotated[Moment, Meta(description="Only refunds created before this time (RFC 3339).")] | None = (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRoutes:
    """Handles the route that lists refunds."""

    lists: RefundLists

    async def refunds(self, call: Call) -> Answer:
        """Handles GET /v1/refunds."""
        query = read_query(RefundQuery, call.query)
        with in_query():
            page = await self.lists.list_refunds(call.principal.scope, _filter(query))
        return json_answer(
            RefundPageOut(data=[refund_row_out(row) for row in page.rows], next_cursor=page.next_cursor or None)
        )

    def endpoints(self) -> list[Endpoint]:
        """Returns the route."""
        return [
            Endpoint(
                method="GET",
                path="/v1/refunds",
                operation_id="listRefunds",
                tag="refunds",
                summary="List refunds",
                description="Refunds, newest first. Changes appear in the list with a short delay; a refund that is "
                "read by its id is always current.",
                handler=self.refunds,
                action="read_refunds",
                query=RefundQuery,
                response=RefundPageOut,
                problems=("invalid_query",),
                response_example=_EXAMPLE,
            )
        ]


def _filter(query: RefundQuery) -> RefundFilter:
    return RefundFilter(
        limit=query.limit,
        cursor=query.cursor,
        status=query.status or "",
        merchant_id=query.merchant_id or "",
        payment_id=query.payment_id or "",
        currency=query.currency or "",
        method=query.method or "",
        reason=query.reason or "",
        amount_min=query.amount_min,
        amount_max=query.amount_max,
        created_from=utc(query.created_from, "/created_from") if query.created_from else None,
        created_before=utc(query.created_before, "/created_before") if query.created_before else None,
    )


_AT = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
_EXAMPLE = RefundPageOut(
    data=[
        RefundRowOut(
            id=EXAMPLE_REFUND_ID,
            payment_id="pay_01",
            merchant_id="mer_01",
            status="completed",
            status_reason=None,
            amount=2_500,
            currency="EUR",
            method="original_payment",
            payment_method=MethodTypeOut(type="credit_card"),
            gateway="sandbox",
            reason=ReasonCode(code="requested_by_customer"),
            created_by="user_7",
            created_at=_AT,
            updated_at=_AT,
        )
    ],
    next_cursor=None,
)
