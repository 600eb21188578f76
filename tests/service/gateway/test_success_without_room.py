"""A success after a failure for which others left no room: visible in every way until a person has settled it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pymongo.asynchronous.database import AsyncDatabase
from structlog.testing import capture_logs
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.verifying import lines_of, verified_without_books
from tests.support.gateway.gateway_endpoint import GatewayEndpoint, endpoint_on, notice_of
from tests.support.gateway.scripted_gateway import SUCCEEDED, ScriptedGateway

from refunds.domain.attempt.reconciliation import Reconciliation, Resolution, reconcile_refund
from refunds.domain.attempt.result_recording import ResultKind
from refunds.domain.errors import AmountExceedsRefundable
from refunds.domain.payment.payment import CONTRADICTED, Payment, Refund
from refunds.domain.payment.states import Status
from refunds.domain.refund.explanation import WaitsFor
from refunds.domain.refund.status_explanation import explain
from refunds.domain.tenancy import ALL_TENANTS
from refunds.services.gateway_integration.metrics import GatewayMetrics
from refunds.texts.explanation_texts import next_of
from refunds.texts.finding_lines import line_of
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult
from refunds.usecases.gateway.submit_to_gateway import SubmitToGateway
from refunds.usecases.verification.verification_report import Invariant, Report
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
TAKEN = 204
BOUNDS = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)


@pytest.fixture
async def endpoint(database: Database, mongodb_uri: str) -> AsyncIterator[GatewayEndpoint]:
    """A running endpoint on an empty database."""
    async with endpoint_on(database, mongodb_uri) as opened:
        yield opened


async def verified(database: Database) -> Report:
    await run_dry(relay_of(database), database)
    return await verified_without_books(database, BOUNDS)


def found(report: Report) -> list[str]:
    """What the verification found, but for the relay, which nobody runs meanwhile."""
    return [line for check in report.checks if check.invariant is not Invariant.CAUGHT_UP for line in lines_of(check)]


async def left_to_a_person(endpoint: GatewayEndpoint, registry: CollectorRegistry) -> tuple[Payment, Refund]:
    """One of 600 that its gateway called failed, then successful, twice; another of 700 has taken the amount."""
    payment = await endpoint.shop.capture(1_000)
    failed = await endpoint.shop.settle(
        payment, await endpoint.shop.refund(payment, 600), ResultKind.FAILED, "account_closed"
    )
    await endpoint.shop.settle(payment, await endpoint.shop.refund(payment, 700))
    assert await endpoint.deliver(notice_of(payment, failed, gateway_refund_id=f"gr_{failed.id}")) == TAKEN
    gateway, metrics, parts = ScriptedGateway(asks=[SUCCEEDED]), GatewayMetrics(registry), endpoint.parts
    record = RecordGatewayResult(
        payments=parts.payments,
        config_cache=parts.config_cache,
        clock=parts.clock,
        ids=parts.ids,
        notify_operators=metrics.contradicted,
    )
    submit = SubmitToGateway(
        payments=parts.payments,
        config_cache=parts.config_cache,
        clock=parts.clock,
        gateways={"sandbox": gateway},
        record=record,
    )
    await submit.due(await endpoint.present(payment), failed.id)
    assert len(gateway.asked) == 1
    present = await endpoint.present(payment)
    return present, present.refund(failed.id)


async def test_it_is_counted_logged_published_explained_and_named_by_verify_until_it_is_settled(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    registry = CollectorRegistry()
    with capture_logs() as logged:
        payment, refund = await left_to_a_person(endpoint, registry)

    report = await verified(database)
    why = explain(payment, refund, endpoint.shop.limits, endpoint.shop.clock.now())
    assert refund.status_reason is not None
    assert (refund.status, refund.status_reason.code, refund.due_at) == (Status.FAILED, CONTRADICTED, None)
    assert (payment.refunded_amount, payment.reserved_amount) == (700, 0)
    assert "refund.contradicted" in await endpoint.events_of(refund)
    assert (why.waits_for, "reconcile" in next_of(why)) == (WaitsFor.OPERATOR, True)
    assert registry.get_sample_value("refunds_gateway_contradicted_total", {"gateway": "sandbox"}) == 1
    assert [(line["event"], line["refund_id"]) for line in logged if line["log_level"] == "error"] == [
        ("refund.left_to_a_person", refund.id)
    ]
    assert (report.contradicted_refunds, line_of(report.contradicted[0]).startswith(refund.id)) == (1, True)
    assert found(report) == []

    with pytest.raises(AmountExceedsRefundable):
        await reconciled(endpoint, payment, refund, Resolution.COMPLETED)
    assert (await reconciled(endpoint, payment, refund, Resolution.FAILED)).status is Status.FAILED
    assert (await verified(database)).contradicted_refunds == 0


async def reconciled(endpoint: GatewayEndpoint, payment: Payment, refund: Refund, resolution: Resolution) -> Refund:
    order = Reconciliation(refund_id=refund.id, resolution=resolution, note="INC-7", by="usr_operator")
    decision = await endpoint.shop.payments.change(
        ALL_TENANTS, payment.id, lambda p: reconcile_refund(p, order, endpoint.shop.limits, endpoint.shop.clock.now())
    )
    return decision.refund


async def test_it_is_counted_by_a_person_once_the_other_one_came_back(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    payment, refund = await left_to_a_person(endpoint, CollectorRegistry())
    other = next(each for each in payment.refunds if each.id != refund.id)
    await endpoint.shop.settle(payment, other, ResultKind.FAILED, "account_closed")
    await endpoint.shop.answer(payment, other, ResultKind.FAILED, "account_closed")

    settled = await reconciled(endpoint, payment, refund, Resolution.COMPLETED)

    report = await verified(database)
    assert (settled.status, (await endpoint.present(payment)).refunded_amount) == (Status.COMPLETED, 600)
    assert (report.contradicted_refunds, found(report)) == (0, [])
