"""Commands for people: what they ask of the API, what they show, and how they fail."""

import base64
import json
from typing import Any

import pytest
from tests.support.http.fake_api import Asked, FakeApi
from tests.support.processes.command_line import refunds
from tests.unit.cli.api_answers import AT, REFUND, Run

from refunds.cli.entries import installed_entries


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


def test_method_that_cannot_be_paid_out_yet_is_not_offered(api: FakeApi, run: Run) -> None:
    ran = run("refund", "create", "pay_1", "--method", "balance")

    assert ran.code == 2
    assert "original_payment" in ran.err
    assert api.asked == []


def test_without_an_amount_all_that_is_left_is_asked_for(api: FakeApi, run: Run) -> None:
    options = ("--sandbox", "tok_pending", "--method", "original_payment", "--text", "late")

    run("refund", "create", "pay_1", "--draft", *options)

    assert [asked.route for asked in api.asked] == ["POST /v1/refunds"]
    assert api.asked[0].body == {
        "payment_id": "pay_1",
        "reason": {"code": "requested_by_customer", "text": "late"},
        "method": "original_payment",
        "metadata": {"sandbox": "tok_pending"},
        "submit": False,
    }


def test_key_that_was_made_is_printed(api: FakeApi, run: Run) -> None:
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


def test_lists_pass_every_filter_on_and_show_how_to_go_on(api: FakeApi, run: Run) -> None:
    words = ("--status", "failed", "--merchant", "mer_1", "--currency", "KWD", "--amount-min", "0.005", "--limit", "2")

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


@pytest.mark.parametrize("words", [("refund", "get"), ("tenants", "children"), ("payment", "get")])
def test_id_is_one_part_of_the_path_whatever_it_holds(api: FakeApi, run: Run, words: tuple[str, str]) -> None:
    run(*words, "../payments?a#%b")

    [asked] = api.asked
    assert "/..%2Fpayments%3Fa%23%25b" in asked.path
    assert "a" not in asked.query


@pytest.mark.parametrize("id_", ["", ".", ".."])
def test_text_that_is_no_part_of_a_path_is_refused_before_anything_is_asked_for(
    api: FakeApi, run: Run, id_: str
) -> None:
    ran = run("refund", "get", id_)

    assert (ran.code, ran.err, api.asked) == (1, f"refunds: {id_!r} is not a valid id\n", [])


@pytest.mark.parametrize("number", ["1.5", "1e1", "0x5", "x"])
@pytest.mark.parametrize(
    "words",
    [
        ("webhooks", "unread", "--limit"),
        ("refund", "list", "--limit"),
        ("token", "--role", "auditor", "--scope", "platform", "--ttl"),
        ("audit", "prove", "platform", "--number"),
        ("audit", "prove", "platform", "--number", "1", "--epoch"),
    ],
)
def test_option_that_is_no_whole_number_is_refused(words: tuple[str, ...], number: str) -> None:
    ran = refunds(*words, number)

    assert ran.code == 2
    assert "no whole number" in " ".join(ran.out.split() + ran.err.split())


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


def test_processes_of_containers_do_not_stand_beside_the_commands_of_people() -> None:
    said = refunds("--help").out

    for name in ("up", "refund", "verify"):
        assert f"│ {name} " in said
    for name in installed_entries():
        assert f"│ {name} " not in said


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


def test_choices_are_written_as_the_api_writes_them(api: FakeApi, run: Run) -> None:
    assert "pending_approval" in refunds("refund", "list", "--help").out
    assert "platform_admin" in refunds("token", "--help").out

    run("refund", "list", "--status", "pending_approval")

    assert api.asked[0].query["status"] == "pending_approval"
