"""Webhooks as the HTTP gateway reads them: whose they are, of what kind, how old, and whether they make sense."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from tests.support.gateway.notices import a_notice, signed

from refunds.adapters.gateways.answers import SANDBOX, ResponseProfile
from refunds.adapters.gateways.gateway import HttpGateway, HttpGatewaySettings
from refunds.adapters.local.clock import SystemClock
from refunds.domain.attempt.result_recording import ResultKind
from refunds.domain.errors import InvalidInput
from refunds.ports.gateway.gateway import GatewayNotice, OtherNotice

SECRET = "whsec_" + base64.b64encode(b"the right secret of this test").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"a secret of somebody else").decode()


def read_any(
    headers: Mapping[str, str], body: bytes, response_profile: ResponseProfile = SANDBOX, secret: str = SECRET
) -> GatewayNotice | OtherNotice:
    """The webhook as the gateway reads it."""
    settings = HttpGatewaySettings(
        name="sandbox", url="http://127.0.0.1:1", webhook_secret=secret, response_profile=response_profile
    )
    return HttpGateway(settings, SystemClock()).read_notice(headers, body)


def read(
    headers: Mapping[str, str], body: bytes, response_profile: ResponseProfile = SANDBOX, secret: str = SECRET
) -> GatewayNotice:
    """One that is of a refund."""
    notice = read_any(headers, body, response_profile, secret)
    assert isinstance(notice, GatewayNotice)
    return notice


def test_signed_webhook_names_its_refund_and_the_result() -> None:
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


def test_amount_is_reported_in_our_digits() -> None:
    response_profile = ResponseProfile(codes=SANDBOX.codes, exponents={"JPY": 2})

    assert read(*signed(a_notice(amount=580_000, currency="JPY"), SECRET), response_profile).result.amount == 5_800


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
        a_notice(status=7),
        a_notice(amount="60"),
        a_notice(amount=6.5),
        a_notice(amount=-1),
        a_notice(amount=2**63),
        a_notice(amount=int("9" * 4_000)),
        a_notice(currency="usd"),
        a_notice(currency="USDT"),
        a_notice(currency="USD\n"),
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


@pytest.mark.parametrize("sign", ["\x00", "\n", "\x1b", "\x7f", "\x9b", "\u202e", "\u200b", "\ufeff"], ids=ascii)
@pytest.mark.parametrize("name", ["gateway_refund_id", "gateway_payment_id", "reference", "arn"])
def test_id_with_a_character_that_nobody_can_see_is_refused_and_not_stored(name: str, sign: str) -> None:
    with pytest.raises(InvalidInput):
        read(*signed(a_notice(**{name: f"x{sign}1"}), SECRET))


@pytest.mark.parametrize("name", ["gateway_refund_id", "gateway_payment_id", "reference", "arn"])
def test_blank_id_is_refused_and_not_stored(name: str) -> None:
    with pytest.raises(InvalidInput):
        read(*signed(a_notice(**{name: " "}), SECRET))


def test_raw_code_is_kept_without_what_nobody_can_see() -> None:
    result = read(*signed(a_notice("failed", raw_code="R\x00\x1b[2J02"), SECRET)).result

    assert (result.code, result.raw_code) == ("unknown_error", "R\ufffd\ufffd[2J02")


# --- kinds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"type": "dispute.created", "id": "e", "data": {"dispute_id": "d_1", "amount": 60, "status": "needs_response"}},
        {"type": "payout.paid"},
        {"type": "payment.succeeded", "data": a_notice()["data"]},
        {"type": "charge.refund", "id": 7, "data": a_notice(reference=None)["data"]},
        {"type": "", "id": None, "data": []},
        {"type": "REFUND.succeeded", "data": "x"},
        b'{"type": "dispute.created", "id": {"a": [1]}, "data": "\\ud800"}',
    ],
    ids=str,
)
def test_kind_that_is_not_of_a_refund_is_left_alone_whatever_it_holds(body: Any) -> None:
    """A refusal would be delivered again for days, and end with an endpoint that is told nothing any more."""
    assert isinstance(read_any(*signed(body, SECRET)), OtherNotice)


@pytest.mark.parametrize("kind", ["refund.created", "refund.updated", "refund.succeeded", "refund.reversed"])
def test_kind_that_is_of_a_refund_is_never_left_alone(kind: str) -> None:
    """Also one that a gateway invents later: it may tell of money."""
    assert read(*signed(a_notice() | {"type": kind}, SECRET)).result.kind is ResultKind.SUCCEEDED
    for data in ({}, None, [], {"status": "renounced"}, "succeeded"):
        with pytest.raises(InvalidInput):
            read_any(*signed(a_notice() | {"type": kind, "data": data}, SECRET))


# --- several secrets, several signatures ---------------------------------------------------------


@pytest.mark.parametrize(
    "both", [f"{SECRET} {OTHER_SECRET}", f"{OTHER_SECRET},{SECRET}", f" {OTHER_SECRET}\n{SECRET} "]
)
def test_each_of_several_secrets_signs_rightly_so_that_one_can_be_exchanged(both: str) -> None:
    for secret in (SECRET, OTHER_SECRET):
        assert read(*signed(a_notice(), secret), secret=both).attempt_id == "att_1"
    with pytest.raises(InvalidInput):
        read(*signed(a_notice(), "whsec_" + base64.b64encode(b"a third one").decode()), secret=both)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        " ",
        f"{SECRET} whsec_",
        "whsec_???",
        f"{SECRET} ä",
        " ".join([SECRET] * 9),
        f"{SECRET} nonsense",
        f"{SECRET},old",
        "whsec_YWJj",
        SECRET.removeprefix("whsec_"),
        "whsec_" + base64.b64encode(b"fifteen bytes..").decode(),
    ],
)
def test_secrets_that_are_none_are_refused_and_not_shown(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"webhook secrets|base64") as refused:
        read(*signed(a_notice(), SECRET), secret=wrong)
    assert SECRET[6:] not in str(refused.value)


def test_secrets_are_hidden_where_settings_are_printed() -> None:
    settings = HttpGatewaySettings(name="sandbox", url="http://x", webhook_secret=SECRET, api_key="sk_live")

    assert SECRET not in repr(settings)
    assert "sk_live" not in repr(settings)


@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "v1,{wrong} {}",
        "{} v1,{wrong}",
        "v2 {}",
        "v1a,xx  {}",
        "v1,abc {}",
        "v1 {}",
        "v1, {}",
        ",,, {}",
        "v1,a,b {}",
        "v2,{wrong} {} v1a,ä",
        "  {}  ",
        "\t{}",
        "v1,{wrong}, {}",
        "{}, v1,{wrong}",
    ],
)
def test_any_right_signature_counts_and_what_is_unknown_or_broken_beside_it_is_skipped(form: str) -> None:
    headers, body = signed(a_notice(), SECRET)
    wrong = base64.b64encode(b"0" * 32).decode()
    among = headers | {"webhook-signature": form.format(headers["webhook-signature"], wrong=wrong)}

    assert read(among, body).attempt_id == "att_1"


@pytest.mark.parametrize("form", ["{0}", "v1a,{0}", "v2,{0}", "V1,{0}", "v1 {0}", "v1,{0}x", "v1,{1}", "v1,{0},x"])
def test_what_only_looks_like_the_right_signature_is_refused(form: str) -> None:
    headers, body = signed(a_notice(), SECRET)
    right = headers["webhook-signature"].removeprefix("v1,")

    with pytest.raises(InvalidInput):
        read(headers | {"webhook-signature": form.format(right, right[:-4])}, body)


def test_digits_that_would_be_lost_are_refused() -> None:
    response_profile = ResponseProfile(codes=SANDBOX.codes, exponents={"JPY": 2})

    with pytest.raises(InvalidInput):
        read(*signed(a_notice(amount=5_801, currency="JPY"), SECRET), response_profile)
