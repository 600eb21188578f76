"""What cannot be done is said on one line that names the cause."""

import json
from pathlib import Path

import pytest
from tests.support.http.fake_api import FakeAnswer, fake_api, problem
from tests.support.processes.command_line import refunds, write_instance


def test_refusal_is_one_line_naming_field_and_rule(tmp_path: Path) -> None:
    refusal = problem(422, "amount_exceeds_refundable", "5 is left to refund.", "/amount")
    with fake_api(lambda _: refusal) as api:
        ran = refunds("refund", "create", "pay_1", "--url", api.url, "--token", "t")

    assert ran.code == 1
    assert ran.out == ""
    assert ran.err == "refunds: /amount: 5 is left to refund. (422 amount_exceeds_refundable)\n"


def test_mistake_of_the_server_names_the_request(tmp_path: Path) -> None:
    with fake_api(lambda _: problem(500, "internal_error", "Please report it.")) as api:
        ran = refunds("refund", "get", "ref_1", "--url", api.url, "--token", "t")

    assert ran.err == "refunds: Please report it. (500 internal_error, request req_1)\n"


def test_answer_of_another_shape_is_one_line(tmp_path: Path) -> None:
    with fake_api(lambda _: FakeAnswer(body={"id": 1})) as api:
        ran = refunds("refund", "get", "ref_1", "--url", api.url, "--token", "t")

    assert ran.code == 1
    assert "the server's answer does not have the form that the API describes" in ran.err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("refund", "get", "pay_1"),
            (
                "pay_1 is the id of a payment, but this command takes the id of a refund; "
                "`refunds refund list --payment pay_1` shows the refunds of this payment"
            ),
        ),
        (
            ("payment", "get", "ref_1"),
            (
                "ref_1 is the id of a refund, but this command takes the id of a payment; "
                "`refunds refund get ref_1` names the payment of this refund"
            ),
        ),
    ],
    ids=["payment", "refund"],
)
def test_id_of_another_kind_is_named_as_that(words: tuple[str, ...], line: str) -> None:
    ran = refunds(*words, "--url", "http://127.0.0.1:1", "--token", "t")

    assert (ran.code, ran.out, ran.err) == (1, "", f"refunds: {line}\n")


@pytest.mark.parametrize(
    "words",
    [
        *(("refund", verb, "pay_1") for verb in ("cancel", "submit", "approve", "why", "events", "watch")),
        ("refund", "reject", "pay_1", "--text", "no"),
        ("refund", "reconcile", "pay_1", "failed", "--note", "t-1"),
        ("refund", "create", "ref_1", "--amount", "1"),
        ("refund", "list", "--payment", "ref_1"),
    ],
    ids=lambda words: words[1],
)
def test_every_command_refuses_the_id_of_another_kind(words: tuple[str, ...]) -> None:
    ran = refunds(*words, "--url", "http://127.0.0.1:1", "--token", "t")

    assert ran.code == 1
    assert "but this command takes the id of a" in ran.err


def test_missing_ready_file_is_reported_with_how_to_start(tmp_path: Path) -> None:
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
    assert "--url was given without a token" in refunds("refund", "get", "ref_1", "--url", "http://127.0.0.1:1").err


def test_instance_that_does_not_answer_is_one_line() -> None:
    ran = refunds("refund", "cancel", "ref_1", "--url", "http://127.0.0.1:1", "--token", "t")

    assert ran.code == 1
    assert ran.err == "refunds: nothing answers at 127.0.0.1:1; is `refunds up` running?\n"


def test_refusal_is_the_problem_document_for_a_program() -> None:
    refusal = problem(422, "amount_exceeds_refundable", "5 is left to refund.", "/amount")
    with fake_api(lambda _: refusal) as api:
        ran = refunds("refund", "create", "pay_1", "--url", api.url, "--token", "t", "--json")

    assert (ran.code, ran.out) == (1, "")
    assert json.loads(ran.err) == refusal.body
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "detail"),
    [
        (
            ("refund", "get", "ref_1", "--url", "http://127.0.0.1:1"),
            "--url was given without a token; give --token, or set REFUNDS_TOKEN",
        ),
        (
            ("refund", "list", "--url", "http://127.0.0.1:1", "--token", "t"),
            "nothing answers at 127.0.0.1:1; is `refunds up` running?",
        ),
        (("verify", "--ready-file", "/nowhere/ready.json"), "start `refunds up`"),
    ],
    ids=["options", "no answer", "no instance"],
)
def test_failure_before_any_answer_is_json_for_a_program(words: tuple[str, ...], detail: str) -> None:
    ran = refunds(*words, "--json")

    assert (ran.code, ran.out) == (1, "")
    told = json.loads(ran.err)
    assert told["code"] == "command_failed"
    assert detail in told["detail"]


def test_answer_that_is_no_problem_document_is_json_for_a_program() -> None:
    with fake_api(lambda _: FakeAnswer(status=502, body=["bad gateway"])) as api:
        ran = refunds("refund", "get", "ref_1", "--url", api.url, "--token", "t", "--json")

    assert json.loads(ran.err)["detail"].startswith("the server answered with status 502 and gave no reason; ")


@pytest.mark.slow
def test_verifying_without_a_database_is_one_line(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")

    ran = refunds("verify", "--ready-file", str(ready_file))

    assert ran.code == 1
    assert ran.err == "refunds: the database does not answer; is `refunds up` running?\n"
