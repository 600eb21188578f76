"""Webhooks as the HTTP gateway reads them: whose they are, how old, and whether they make sense."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from tests.support.notices import a_notice, signed

from refunds.adapters.gateways.answers import SANDBOX, Dialect
from refunds.adapters.gateways.circuit_breaker import CircuitBreaker
from refunds.adapters.gateways.http_gateway import HttpGateway, HttpGatewaySettings
from refunds.domain.errors import InvalidInput
from refunds.domain.settling import ResultKind
from refunds.ports.gateway import GatewayNotice

SECRET = "whsec_" + base64.b64encode(b"the right secret of this test").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"a secret of somebody else").decode()


def read(headers: Mapping[str, str], body: bytes, dialect: Dialect = SANDBOX) -> GatewayNotice:
    """The webhook as the gateway reads it."""
    settings = HttpGatewaySettings(name="sandbox", url="http://127.0.0.1:1", webhook_secret=SECRET, dialect=dialect)
    return HttpGateway(settings, CircuitBreaker(seconds=lambda: 0.0)).read_notice(headers, body)


def test_signed_webhook_tells_whose_it_is_and_what_became_of_it() -> None:
    notice = read(*signed(a_notice(arn="79601616031000000000013"), SECRET))

    assert (notice.event_id, notice.attempt_id, notice.gateway_payment_id) == ("sbe_1", "att_1", "gp_1")
    assert (notice.result.kind, notice.result.gateway_refund_id) == (ResultKind.SUCCEEDED, "sbr_1")
    assert (notice.result.amount, notice.result.currency) == (60, "USD")
    assert notice.result.arn == "79601616031000000000013"


def test_webhook_of_a_refund_made_at_the_gateway_has_no_attempt() -> None:
    assert read(*signed(a_notice(reference=None), SECRET)).attempt_id == ""


def test_failure_brings_its_code_normalised_and_raw() -> None:
    result = read(*signed(a_notice("failed", raw_code="R02"), SECRET)).result

    assert (result.kind, result.code, result.raw_code) == (ResultKind.FAILED, "account_closed", "R02")


def test_header_names_are_read_in_any_case() -> None:
    headers, body = signed(a_notice(), SECRET)

    assert read({name.upper(): value for name, value in headers.items()}, body).attempt_id == "att_1"


def test_amount_is_told_in_our_digits() -> None:
    dialect = Dialect(codes=SANDBOX.codes, exponents={"JPY": 2})

    assert read(*signed(a_notice(amount=580_000, currency="JPY"), SECRET), dialect).result.amount == 5_800


@pytest.mark.parametrize("age_s", [301, -301, 86_400])
def test_stale_and_future_signatures_are_refused(age_s: float) -> None:
    with pytest.raises(InvalidInput):
        read(*signed(a_notice(), SECRET, age_s=age_s))


def test_signature_of_another_secret_is_refused() -> None:
    with pytest.raises(InvalidInput):
        read(*signed(a_notice(), OTHER_SECRET))


def test_body_that_was_changed_after_signing_is_refused() -> None:
    headers, body = signed(a_notice("failed"), SECRET)

    with pytest.raises(InvalidInput):
        read(headers, body.replace(b"failed", b"succeeded"))


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", "x", "v1,", "v1,a,b", "v2,abcd", "nan", "inf", "-1", "9" * 400, "v1,ä"])
def test_missing_and_meddled_headers_are_refused(name: str, value: str | None) -> None:
    headers, body = signed(a_notice(), SECRET)
    meddled = {key: text for key, text in headers.items() if key != name} | ({} if value is None else {name: value})

    with pytest.raises(InvalidInput):
        read(meddled, body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"type": "refund.succeeded", "id": "sbe_1"}',
        a_notice("exploded"),
        a_notice() | {"type": "payment.succeeded"},
        a_notice(reference=None) | {"type": "charge.refund"},
        a_notice(status=7),
        a_notice(amount="60"),
        a_notice(amount=6.5),
        a_notice(currency="ZZZ"),
        a_notice(currency=""),
        a_notice(gateway_refund_id="x" * 1_000),
        a_notice(reference={"$ne": ""}),
        a_notice(arn="9" * 1_000),
    ],
    ids=str,
)
def test_signed_webhook_that_makes_no_sense_is_refused(body: Any) -> None:
    try:
        headers, raw = signed(body, SECRET)
    except UnicodeEncodeError:
        headers, raw = signed(b"{}", SECRET)[0], b"\xff\xfe"

    with pytest.raises(InvalidInput):
        read(headers, raw)


def test_digits_that_would_be_lost_are_refused() -> None:
    dialect = Dialect(codes=SANDBOX.codes, exponents={"JPY": 2})

    with pytest.raises(InvalidInput):
        read(*signed(a_notice(amount=5_801, currency="JPY"), SECRET), dialect)
