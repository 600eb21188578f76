"""`POST /v1/refunds/{id}/reconcile` over HTTP: who may, what it does, told to whom, and repeated."""

from typing import Any

import pytest
from tests.support.http.site import MERCHANT, Client
from tests.support.payments.payments import LIMITS

from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.tenancy import ALL_TENANTS

RECENT_S = 60


async def received(api: Client, refund_id: str, kind: ResultKind, source: Source = Source.NOTIFICATION) -> None:
    """The gateway's word on the refund's attempt."""
    payments, now = api.world.payments, api.world.clock.now()
    payment = await payments.get_by_refund(ALL_TENANTS, refund_id)
    attempt_id = payment.refund(refund_id).attempts[-1].id
    result = GatewayResult(kind=kind, source=source, code="declined" if kind is ResultKind.REFUSED else "")
    await payments.change(
        ALL_TENANTS,
        payment.id,
        lambda present: record_gateway_result(present, attempt_id, result, LIMITS, now, "gateway:sandbox"),
    )


async def doubted(api: Client, amount: int = 6_000) -> str:
    """The id of a refund that its gateway called failed, then successful."""
    await api.payment()
    refund_id: str = (await api.refund(amount=amount)).body["id"]
    await received(api, refund_id, ResultKind.REFUSED)
    await received(api, refund_id, ResultKind.SUCCEEDED)
    return refund_id


def order(resolution: str, note: str = "INC-7") -> dict[str, str]:
    return {"resolution": resolution, "note": note}


async def reconcile(api: Client, refund_id: str, body: Any, mfa_age_s: int | None = RECENT_S, **headers: str) -> Any:
    """The answer to an operator."""
    token = api.world.token(sub="olga", mfa_age_s=mfa_age_s)
    return await api.post(f"/v1/refunds/{refund_id}/reconcile", body, token=token, headers=headers)


@pytest.mark.parametrize(
    ("resolution", "status", "refunded"), [("completed", "completed", 6_000), ("failed", "failed", 0)]
)
async def test_operator_records_what_the_books_show(api: Client, resolution: str, status: str, refunded: int) -> None:
    refund_id = await doubted(api)

    answer = await reconcile(api, refund_id, order(resolution))
    again = await reconcile(api, refund_id, order(resolution))
    payment = (await api.get("/v1/payments/pay_01")).body
    events = (await api.get(f"/v1/refunds/{refund_id}/events")).body["data"]

    assert (answer.status, answer.body["status"]) == (200, status)
    assert (payment["refunded_amount"], payment["reserved_amount"]) == (refunded, 0)
    assert [(e["type"], e["actor"], e["code"]) for e in events[-2:]] == [
        ("refund.taken_up", "olga", "INC-7"),
        (f"refund.{status}", "olga", None if status == "completed" else "reconciled"),
    ]
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (200, answer.body, "true")


async def test_operator_has_the_gateway_queried_at_once_and_why_shows_it(api: Client) -> None:
    refund_id = await doubted(api, 10_000)
    await reconcile(api, refund_id, order("failed"))
    await received(api, refund_id, ResultKind.FAILED)
    other = (await api.refund(amount=10_000)).body["id"]
    await received(api, refund_id, ResultKind.SUCCEEDED)
    await received(api, refund_id, ResultKind.SUCCEEDED, Source.QUERY)

    before = (await api.get(f"/v1/refunds/{refund_id}/why")).body
    refused = await reconcile(api, refund_id, order("completed"))
    answer = await reconcile(api, refund_id, order("ask_again"))
    after = (await api.get(f"/v1/refunds/{refund_id}/why")).body

    assert before["waits_for"] == "operator"
    assert "`reconcile`" in before["next"]
    assert (refused.status, refused.code) == (422, "amount_exceeds_refundable")
    assert (answer.status, answer.body["status"]) == (200, "failed")
    assert (after["waits_for"], after["next"][:25]) == ("gateway", "The service asks sandbox ")
    assert after["next_at"] is not None
    assert (await api.get(f"/v1/refunds/{other}")).body["status"] == "processing"


async def test_only_an_operator_with_a_recent_second_factor_may(api: Client) -> None:
    refund_id = await doubted(api)
    path = f"/v1/refunds/{refund_id}/reconcile"

    stale = [await reconcile(api, refund_id, order("failed"), mfa_age_s=age) for age in (None, 1_000)]
    others = [
        await api.post(path, order("failed"), token=api.world.token(role, scope, mfa_age_s=RECENT_S))
        for role, scope in (("bank_admin", "bnk_01"), ("merchant_admin", MERCHANT), ("service", "platform"))
    ]

    assert [(reply.status, reply.code) for reply in stale] == [(401, "insufficient_user_authentication")] * 2
    assert [(reply.status, reply.code) for reply in others] == [(403, "forbidden")] * 3
    assert (await api.get(f"/v1/refunds/{refund_id}")).body["status"] == "unknown"


async def test_refund_of_which_nothing_is_in_doubt_is_a_conflict(api: Client) -> None:
    await api.payment()
    fresh = (await api.refund(amount=60)).body["id"]

    replies = [await reconcile(api, fresh, order(word)) for word in ("ask_again", "completed", "failed")]
    missing = await reconcile(api, "ref_none", order("failed"))

    assert [(reply.status, reply.code) for reply in replies] == [(409, "refund_not_in_doubt")] * 3
    assert (missing.status, missing.code) == (404, "refund_not_found")


async def test_refund_that_changed_since_it_was_read_is_left_alone(api: Client) -> None:
    refund_id = await doubted(api)
    tag = (await api.get(f"/v1/refunds/{refund_id}")).headers["etag"]

    stale = await reconcile(api, refund_id, order("failed"), **{"If-Match": '"1"'})
    right = await reconcile(api, refund_id, order("failed"), **{"If-Match": tag})

    assert (stale.status, right.status) == (412, 200)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"resolution": "failed"}, "/note"),
        (order("failed", ""), "/note"),
        (order("failed", "\u200b"), "/note"),
        (order("failed", "x" * 65), "/note"),
        (order("failed", "4242 4242 4242 4242"), "/note"),
        (order("settled"), "/resolution"),
        (order("failed") | {"amount": 1}, "/amount"),
    ],
)
async def test_reconciliation_without_a_resolution_or_a_note_is_refused(
    api: Client, body: dict[str, Any], pointer: str
) -> None:
    refund_id = await doubted(api)

    refused = await reconcile(api, refund_id, body)

    assert refused.status == 422
    assert pointer in {error["pointer"] for error in refused.body["errors"]}
    assert (await api.get(f"/v1/refunds/{refund_id}")).body["status"] == "unknown"
