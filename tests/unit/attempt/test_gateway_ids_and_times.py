"""The ids and times that a gateway names: read where it has them and they make sense."""

import pytest
from tests.support.copies import replace
from tests.support.gateway.back_office import BackOffice
from tests.support.gateway.office_work import hinted, sweep
from tests.support.gateway.scripted_gateway import ScriptedGateway

from refunds.adapters.gateways.answers import SANDBOX, HttpAnswer, from_status_query, from_submission
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind
from refunds.domain.errors import RefundStillOpen
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.gateway.gateway import GatewayNotice


async def test_refund_made_at_the_gateway_is_asked_for_by_the_gateways_own_id() -> None:
    office = BackOffice()
    refund = await office.refund(300)
    payment = await office.payments.get_by_refund(ALL_TENANTS, refund.id)
    made_there = GatewayResult(
        kind=ResultKind.SUCCEEDED, gateway_refund_id="gr_7", amount=200, currency=payment.currency
    )
    notice = GatewayNotice(
        event_id="e", attempt_id="", gateway_payment_id=payment.gateway_payment_id, result=made_there
    )
    external = (await office.record.from_notice(notice, "sandbox")).refund
    failed = replace(notice, result=replace(made_there, kind=ResultKind.FAILED))
    await office.record.from_notice(failed, "sandbox")

    await sweep(office, external)

    assert office.gateway.asked_names[-1] == "gr_7"


async def test_movement_like_a_success_without_an_id_is_refused_until_the_gateway_has_named_that() -> None:
    unnamed = GatewayResult(kind=ResultKind.SUCCEEDED)
    office = BackOffice(gateway=ScriptedGateway(submits=[unnamed], asks=[replace(unnamed, gateway_refund_id="gr_1")]))
    refund = await office.refund(300)
    await hinted(office, refund)
    payment = await office.payments.get_by_refund(ALL_TENANTS, refund.id)
    said = GatewayResult(kind=ResultKind.SUCCEEDED, gateway_refund_id="gr_1", amount=300, currency=payment.currency)
    notice = GatewayNotice(event_id="e", attempt_id="", gateway_payment_id=payment.gateway_payment_id, result=said)

    with pytest.raises(RefundStillOpen):
        await office.record.from_notice(notice, "sandbox")
    await sweep(office, refund)
    known = await office.record.from_notice(notice, "sandbox")

    assert (known.refund.id, known.payment.refunded_amount) == (refund.id, 300)


# --- what adapters bring --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "name", "arn"),
    [
        (b'{"gateway_refund_id": "gr_77", "arn": "7001"}', "gr_77", "7001"),
        (b'{"gateway_refund_id": "gr_77", "reference": "att_1", "status": "accepted"}', "gr_77", ""),
        (b'{"gateway_refund_id": "gr_77", "reference": "att_of_another"}', "", ""),
        (b'{"status": "accepted"}', "", ""),
        (b"<html>", "", ""),
        (b"", "", ""),
        (b'{"gateway_refund_id": 7}', "", ""),
    ],
)
def test_accepted_refund_brings_its_ids_where_it_has_them(body: bytes, name: str, arn: str) -> None:
    result = from_submission(HttpAnswer(status=202, body=body), "att_1", SANDBOX)

    assert (result.kind, result.gateway_refund_id, result.arn) == (ResultKind.PENDING, name, arn)


@pytest.mark.parametrize(
    ("updated_at", "at"),
    [
        ("2026-01-31T12:00:00.550999Z", "2026-01-31T12:00:00.550000+00:00"),
        ("2026-01-31T13:00:00+01:00", "2026-01-31T12:00:00+00:00"),
        ("2026-01-31T12:00:00", None),
        ("yesterday", None),
        ("0001-01-01T00:00:00+23:59", None),
    ],
)
def test_time_of_the_gateway_is_read_where_it_makes_sense(updated_at: str, at: str | None) -> None:
    body = b'{"status": "succeeded", "gateway_refund_id": "gr_1", "updated_at": "%s"}' % updated_at.encode()

    result = from_status_query(HttpAnswer(status=200, body=body), "att_1", SANDBOX)

    assert result.kind is ResultKind.SUCCEEDED
    assert (result.occurred_at.isoformat() if result.occurred_at else None) == at
