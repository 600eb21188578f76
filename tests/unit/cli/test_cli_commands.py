"""Commands for people: what they ask of the API, what they show, and how they fail."""

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.http.fake_api import Asked, FakeAnswer, FakeApi, fake_api, problem
from tests.support.processes.command_line import Ran, refunds, write_instance

from refunds.cli.entries import ENTRIES
from refunds.domain.tenancy import Role
from refunds.runtime.auth.tokens import Claims, IssuerKey, TokenVerifier

AT = "2026-03-01T12:00:00Z"
PAYMENT: dict[str, Any] = {
    "id": "pay_1",
    "merchant_id": "mer_1",
    "captured_amount": 10_500,
    "refunded_amount": 500,
    "reserved_amount": 0,
    "refundable_amount": 10_000,
    "currency": "KWD",
    "payment_method": {"type": "credit_card", "token": "tok_ok", "brand": "", "last4": ""},
    "gateway": "sandbox",
    "gateway_payment_id": "gp_1",
    "dispute": "none",
    "captured_at": AT,
}
REFUND: dict[str, Any] = {
    "id": "ref_1",
    "payment_id": "pay_1",
    "merchant_id": "mer_1",
    "status": "failed",
    "status_reason": {"code": "declined", "message": "The issuer declined."},
    "amount": 2_500,
    "currency": "KWD",
    "method": "original_payment",
    "reason": {"code": "duplicate", "text": ""},
    "approvals": [{"by": "ann", "role": "bank_admin", "decision": "approved", "at": AT, "text": "fine"}],
    "attempts": [
        {
            "id": "att_1",
            "gateway": "sandbox",
            "gateway_refund_id": "sbr_1",
            "outcome": "failed",
            "tries": 1,
            "error": {"code": "declined", "raw": "do_not_honor"},
            "at": AT,
        }
    ],
    "arn": "7123",
    "created_at": AT,
    "updated_at": AT,
    "created_by": "developer",
}
TENANT = {"id": "mer_1", "kind": "merchant", "parent_id": "org_1", "name": "Shoes"}
RESOLVED = {
    "name": "refund_window_days",
    "value": 90,
    "source": "bnk_1",
    "set_by": "ann",
    "effective_from": AT,
    "expires_at": None,
}

ANSWERS: dict[str, Any] = {
    "GET /v1/payments/pay_1": PAYMENT,
    "POST /v1/payments": PAYMENT,
    "POST /v1/refunds": REFUND,
    "GET /v1/refunds/ref_1": REFUND,
    "POST /v1/refunds/ref_1/cancel": REFUND,
    "POST /v1/refunds/ref_1/submit": REFUND,
    "POST /v1/refunds/ref_1/approvals": REFUND,
    "GET /v1/refunds": {"data": [REFUND], "next_cursor": "next"},
    "GET /v1/refunds/ref_1/why": {
        "refund_id": "ref_1",
        "status": "unknown",
        "because": "The sandbox did not answer.",
        "next": "It is asked again.",
        "next_at": AT,
        "waits_for": "gateway",
    },
    "GET /v1/refunds/ref_1/events": {
        "data": [
            {
                "id": "evt_1",
                "type": "refund.requested",
                "at": AT,
                "actor": "ann",
                "from_status": None,
                "status": "draft",
            }
        ],
        "next_cursor": None,
    },
    "POST /v1/tenants": TENANT,
    "GET /v1/tenants/mer_1": TENANT,
    "GET /v1/tenants/platform/children": {"data": [TENANT], "next_cursor": None},
    "GET /v1/parameters": {
        "data": [{"name": "refund_window_days", "type": "integer", "default": 180, "description": "Days."}]
    },
    "GET /v1/parameters/resolve": RESOLVED,
    "POST /v1/parameters/refund_window_days/values": {"id": "prv_1", "value": 90},
}

Run = Callable[..., Ran]


def _as_described(asked: Asked) -> FakeAnswer:
    if asked.route not in ANSWERS:
        return problem(404, "route_not_found", "There is nothing at this address.")
    return FakeAnswer(status=201 if asked.method == "POST" else 200, body=ANSWERS[asked.route])


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with fake_api(_as_described) as fake:
        yield fake


@pytest.fixture
def run(api: FakeApi, tmp_path: Path) -> Run:
    ready_file = write_instance(tmp_path, api.url)
    return lambda *words: refunds(*words, "--ready-file", str(ready_file))


def test_refund_is_asked_for_in_minor_units_of_the_payments_currency(api: FakeApi, run: Run) -> None:
    ran = run("refund", "create", "pay_1", "--amount", "2.5", "--key", "my-key")

    assert ran.code == 3  # the refund that this fake tells of has failed
    assert api.asked[-1].body == {
        "payment_id": "pay_1",
        "reason": {"code": "requested_by_customer"},
        "amount": 2_500,
        "submit": True,
    }
    assert api.asked[-1].key == "my-key"


def test_without_an_amount_all_that_is_left_is_asked_for(api: FakeApi, run: Run) -> None:
    run("refund", "create", "pay_1", "--draft", "--sandbox", "tok_pending", "--method", "balance", "--text", "late")

    assert [asked.route for asked in api.asked] == ["POST /v1/refunds"]
    assert api.asked[0].body == {
        "payment_id": "pay_1",
        "reason": {"code": "requested_by_customer", "text": "late"},
        "method": "balance",
        "metadata": {"sandbox": "tok_pending"},
        "submit": False,
    }


def test_the_key_that_was_made_is_told(api: FakeApi, run: Run) -> None:
    ran = run("refund", "create", "pay_1")

    assert api.asked[0].key.startswith("key_")
    assert f"Idempotency-Key: {api.asked[0].key}" in ran.err


def test_people_see_decimals_of_the_currency(run: Run) -> None:
    assert "2.500 KWD" in run("refund", "get", "ref_1").out
    assert "10.500 KWD" in run("payment", "get", "pay_1").out


def test_programs_see_minor_units(run: Run) -> None:
    assert run("refund", "get", "ref_1", "--json").document == REFUND


def test_refund_is_shown_with_its_reason_attempts_approvals_and_arn(run: Run) -> None:
    shown = run("refund", "get", "ref_1").out

    for part in ("failed (declined: The issuer declined.)", "do_not_honor", "by ann: fine", "7123", "sbr_1"):
        assert part in shown


def test_amount_with_too_many_digits_is_refused_before_anything_is_asked_for(api: FakeApi, run: Run) -> None:
    ran = run("refund", "create", "pay_1", "--amount", "2.50001")

    assert ran.code == 1
    assert "/amount: '2.50001' is not an amount of KWD with at most 3 decimal digits" in ran.err
    assert [asked.method for asked in api.asked] == ["GET"]


def test_amount_in_no_known_currency_is_refused(run: Run) -> None:
    ran = run("payment", "record", "--merchant", "mer_1", "--amount", "1", "--currency", "ABC")

    assert ran.code == 1
    assert "ABC is not an ISO 4217 currency" in ran.err


def test_payment_is_recorded_with_all_it_needs(api: FakeApi, run: Run) -> None:
    words = ("--merchant", "mer_1", "--amount", "10.5", "--currency", "KWD", "--captured-at", "2026-03-01T12:00:00")

    ran = run("payment", "record", *words, "--method", "debit_card", "--method-token", "tok_slow")

    assert ran.code == 0
    sent = api.asked[0].body
    assert sent["captured_amount"] == 10_500
    assert sent["payment_method"] == {"type": "debit_card", "token": "tok_slow"}
    assert sent["captured_at"] == AT
    assert sent["gateway_payment_id"].startswith("gp_")


def test_lists_pass_every_filter_on_and_tell_how_to_go_on(api: FakeApi, run: Run) -> None:
    words = ("--status", "failed", "--merchant", "mer_1", "--currency", "KWD", "--amount-min", "5", "--limit", "2")

    ran = run("refund", "list", *words, "--created-from", "2026-03-01", "--cursor", "here")

    assert api.asked[0].query == {
        "status": "failed",
        "merchant_id": "mer_1",
        "currency": "KWD",
        "amount_min": "5",
        "limit": "2",
        "created_from": "2026-03-01T00:00:00Z",
        "cursor": "here",
    }
    assert "--cursor next" in ran.out


@pytest.mark.parametrize("word", ["cancel", "submit"])
def test_verbs_on_a_refund_go_to_their_own_address(api: FakeApi, run: Run, word: str) -> None:
    assert run("refund", word, "ref_1").code == 0
    assert api.asked[0].route == f"POST /v1/refunds/ref_1/{word}"


def test_decisions_are_made_by_another_person_than_requests(api: FakeApi, run: Run) -> None:
    run("refund", "create", "pay_1")
    run("refund", "approve", "ref_1", "--text", "fine")
    run("refund", "reject", "ref_1", "--text", "no", "--as", "bob")

    assert [_subject(asked) for asked in api.asked] == ["developer", "approver", "bob"]
    assert api.asked[1].body == {"decision": "approve", "text": "fine"}
    assert api.asked[2].body == {"decision": "reject", "text": "no"}


def test_operator_settles_what_a_gateway_left_in_doubt(api: FakeApi, run: Run) -> None:
    run("refund", "reconcile", "ref_1", "ask_again", "--note", "INC-7")
    run("refund", "reconcile", "ref_1", "completed", "--note", "INC-7")
    unknown = run("refund", "reconcile", "ref_1", "settled", "--note", "INC-7")

    assert [asked.body for asked in api.asked] == [
        {"resolution": "ask_again", "note": "INC-7"},
        {"resolution": "completed", "note": "INC-7"},
    ]
    assert unknown.code != 0


def _subject(asked: Asked) -> str:
    return str(_said(asked.headers["authorization"])["sub"])


def _said(token: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return said


def test_why_tells_state_reason_next_step_and_moment(run: Run) -> None:
    shown = run("refund", "why", "ref_1").out

    for part in ("unknown", "The sandbox did not answer.", "It is asked again.", "2026-03-01 12:00:00 UTC", "gateway"):
        assert part in shown


def test_events_are_shown_in_their_order(run: Run) -> None:
    assert "refund.requested" in run("refund", "events", "ref_1").out


def test_watching_ends_when_the_refund_is_at_its_end(run: Run) -> None:
    ran = run("refund", "watch", "ref_1")

    assert ran.code == 3
    assert "failed (declined)" in ran.out


@pytest.mark.parametrize(
    ("status", "code"),
    [("processing", 0), ("pending_approval", 0), ("completed", 0), ("validation_failed", 3), ("failed", 3)],
)
def test_request_that_ended_without_paying_is_told_by_the_exit_code(tmp_path: Path, status: str, code: int) -> None:
    def answering(asked: Asked) -> FakeAnswer:
        return FakeAnswer(status=201, body=REFUND | {"status": status})

    with fake_api(answering) as api:
        ran = refunds("refund", "create", "pay_1", "--url", api.url, "--token", "t")

    assert ran.code == code


@pytest.mark.parametrize("word", ["create", "watch"])
def test_exit_codes_are_told(word: str) -> None:
    assert "3 if it ended without paying" in " ".join(refunds("refund", word, "--help").out.replace("│", " ").split())


def test_watching_as_json_is_one_line_a_change(run: Run) -> None:
    ran = run("refund", "watch", "ref_1", "--json")

    assert ran.document["status"] == "failed"
    assert ran.out.count("\n") == 1


def test_tenants_are_added_and_shown(api: FakeApi, run: Run) -> None:
    added = run("tenants", "add", "merchant", "Shoes", "--parent", "org_1", "--tenant-id", "mer_1")

    assert "mer_1" in added.out
    assert api.asked[0].body == {"kind": "merchant", "parent_id": "org_1", "name": "Shoes", "id": "mer_1"}
    assert "Shoes" in run("tenants", "get", "mer_1").out
    assert "Shoes" in run("tenants", "children").out


def test_parameters_are_listed_resolved_and_set(api: FakeApi, run: Run) -> None:
    assert "180" in run("parameters", "list").out
    assert "bnk_1" in run("parameters", "resolve", "refund_window_days", "--tenant", "mer_1").out
    assert "at bnk_1" in run("parameters", "set", "refund_window_days", "90", "--tenant", "bnk_1").out
    assert api.asked[1].query == {"name": "refund_window_days", "tenant_id": "mer_1"}
    assert api.asked[2].body == {"tenant_id": "bnk_1", "value": 90}


def test_parameter_value_that_is_not_json_is_refused(run: Run) -> None:
    ran = run("parameters", "set", "refund_methods_allowed", "balance")

    assert ran.code == 1
    assert ran.err.startswith("refunds: /value: balance is not JSON")


def test_refusal_is_one_line_naming_field_and_rule(tmp_path: Path) -> None:
    refusal = problem(422, "amount_exceeds_refundable", "5 is left to refund.", "/amount")
    with fake_api(lambda _: refusal) as api:
        ran = refunds("refund", "create", "pay_1", "--url", api.url, "--token", "t")

    assert ran.code == 1
    assert ran.out == ""
    assert ran.err == "refunds: 422 amount_exceeds_refundable: /amount: 5 is left to refund.\n"


def test_mistake_of_the_server_names_the_request(tmp_path: Path) -> None:
    with fake_api(lambda _: problem(500, "internal_error", "Please report it.")) as api:
        ran = refunds("refund", "get", "ref_1", "--url", api.url, "--token", "t")

    assert ran.err == "refunds: 500 internal_error: Please report it. (request req_1)\n"


def test_answer_of_another_shape_is_one_line(tmp_path: Path) -> None:
    with fake_api(lambda _: FakeAnswer(body={"id": 1})) as api:
        ran = refunds("refund", "get", "ref_1", "--url", api.url, "--token", "t")

    assert ran.code == 1
    assert "the answer is not as described" in ran.err


def test_missing_ready_file_says_how_to_start(tmp_path: Path) -> None:
    ran = refunds("refund", "get", "ref_1", "--ready-file", str(tmp_path / "none.json"))

    assert ran.code == 1
    assert "start `refunds up`" in ran.err


def test_broken_ready_file_is_one_line(tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    ready_file.write_text("{}")

    ran = refunds("refund", "get", "ref_1", "--ready-file", str(ready_file))

    assert ran.code == 1
    assert ran.err.count("\n") == 1


def test_url_without_a_token_is_refused() -> None:
    assert "--url needs --token" in refunds("refund", "get", "ref_1", "--url", "http://127.0.0.1:1").err


def test_instance_that_does_not_answer_is_one_line() -> None:
    ran = refunds("refund", "cancel", "ref_1", "--url", "http://127.0.0.1:1", "--token", "t")

    assert ran.code == 1
    assert ran.err == "refunds: nothing answers at 127.0.0.1:1; is `refunds up` running?\n"


def test_token_says_who_may_what_for_how_long(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")
    words = ("--role", "merchant_admin", "--scope", "mer_1", "--mfa", "--ttl", "60", "--sub", "ann")

    ran = refunds("token", *words, "--ready-file", str(ready_file))

    claims = _verified(tmp_path, ran.out.strip())
    assert (claims.sub, claims.role, claims.scope_id) == ("ann", Role.MERCHANT_ADMIN, "mer_1")
    assert claims.amr == ["mfa"]
    assert claims.auth_time == claims.iat == claims.nbf
    assert claims.iat is not None
    assert claims.exp == claims.iat + 60


def test_token_is_printed_for_programs_with_its_end(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")

    ran = refunds("token", "--role", "auditor", "--scope", "platform", "--ready-file", str(ready_file), "--json")

    said = json.loads(ran.out)
    claims = _verified(tmp_path, said["token"])
    assert said["token_type"] == "Bearer"
    assert int(datetime.fromisoformat(said["expires_at"]).timestamp()) == claims.exp


def test_token_without_a_second_factor_does_not_claim_one(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")

    ran = refunds("token", "--role", "auditor", "--scope", "platform", "--ready-file", str(ready_file))

    claims = _verified(tmp_path, ran.out.strip())
    assert claims.amr == []
    assert claims.auth_time is None


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--scope", "nope"), "--scope 'nope' is not the id of a tenant, as mer_01, or platform"),
        (("--scope", "mer_1\n"), "is not the id of a tenant"),
        (("--scope", "platform", "--sub", ""), "--sub is empty: say who the bearer is"),
        (("--scope", "platform", "--sub", " "), "--sub is empty: say who the bearer is"),
    ],
)
def test_token_that_no_instance_would_take_is_not_made(tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")

    ran = refunds("token", "--role", "auditor", *words, "--ready-file", str(ready_file))

    assert (ran.code, ran.out) == (1, "")
    assert line in ran.err


def test_token_for_a_tenant_that_the_instance_does_not_know_is_not_made(tmp_path: Path) -> None:
    with fake_api(lambda asked: problem(404, "tenant_not_found")) as api:
        ready_file = write_instance(tmp_path, api.url)

        ran = refunds("token", "--role", "auditor", "--scope", "mer_9", "--ready-file", str(ready_file))

    assert ran.code == 1
    assert "the running instance has no tenant mer_9" in ran.err
    assert api.asked[0].path == "/v1/tenants/mer_9"


def test_ready_file_of_a_launcher_that_was_killed_is_not_believed(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")
    gone = subprocess.Popen(["true"])
    gone.wait()
    ready_file.write_text(ready_file.read_text().replace('"pid": 1,', f'"pid": {gone.pid},'))

    ran = refunds("refund", "get", "ref_1", "--ready-file", str(ready_file))

    assert ran.code == 1
    assert ran.err == (
        f"refunds: the instance of {ready_file} is gone (its launcher, pid {gone.pid}, was killed): "
        "start `refunds up`, or give --ready-file or --url\n"
    )


def test_processes_of_containers_do_not_stand_beside_the_commands_of_people() -> None:
    said = refunds("--help").out

    for name in ("up", "refund", "verify"):
        assert f"│ {name} " in said
    for name in ENTRIES:
        assert f"│ {name} " not in said


def _verified(folder: Path, token: str) -> Claims:
    key = IssuerKey.from_json((folder / "issuer.jwk.json").read_bytes())
    issued_s = float(_said(token)["iat"])
    return TokenVerifier(key.jwks(), "brik-refunds-dev", "brik-refunds").verify(token, issued_s)


def test_unreadable_issuer_key_is_one_line(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")
    (tmp_path / "issuer.jwk.json").write_text("{}")

    ran = refunds("token", "--role", "auditor", "--scope", "platform", "--ready-file", str(ready_file))

    assert ran.code == 1
    assert "cannot be read" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("payment", "record"),
        ("payment", "get"),
        ("refund", "create"),
        ("refund", "get"),
        ("refund", "list"),
        ("refund", "cancel"),
        ("refund", "submit"),
        ("refund", "approve"),
        ("refund", "reject"),
        ("refund", "reconcile"),
        ("refund", "watch"),
        ("refund", "why"),
        ("refund", "events"),
        ("parameters", "list"),
        ("parameters", "resolve"),
        ("parameters", "set"),
        ("tenants", "add"),
        ("tenants", "get"),
        ("tenants", "children"),
        ("audit", "verify"),
        ("audit", "begin-epoch"),
        ("verify",),
        ("demo",),
    ],
)
def test_every_command_explains_itself_and_speaks_json(words: tuple[str, ...]) -> None:
    ran = refunds(*words, "--help")

    assert ran.code == 0
    assert "--json" in ran.out
    assert "--ready-file" in ran.out


@pytest.mark.slow
def test_verifying_without_a_database_is_one_line(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")

    ran = refunds("verify", "--ready-file", str(ready_file))

    assert ran.code == 1
    assert ran.err == "refunds: the database does not answer; is `refunds up` running?\n"


def test_choices_are_written_as_the_api_writes_them(api: FakeApi, run: Run) -> None:
    assert "pending_approval" in refunds("refund", "list", "--help").out
    assert "platform_admin" in refunds("token", "--help").out

    run("refund", "list", "--status", "pending_approval")

    assert api.asked[0].query["status"] == "pending_approval"
