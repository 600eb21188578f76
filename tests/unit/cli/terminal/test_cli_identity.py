"""A command prints on stderr as whom it acted if no issuer's token was given."""

import json
from pathlib import Path

import pytest
from tests.support.http.fake_api import FakeApi, fake_api, problem
from tests.support.processes.command_line import refunds
from tests.unit.cli.api_answers import Run

SIGNED_HERE = "Acted as developer with the role platform_admin and the scope platform: a development identity"


def test_change_names_the_development_identity(run: Run) -> None:
    ran = run("refund", "cancel", "ref_1")

    assert ran.code == 0
    assert SIGNED_HERE in ran.err
    assert "identity" not in ran.out


def test_named_identity_is_printed_as_given(run: Run) -> None:
    ran = run("refund", "cancel", "ref_1", "--as", "mia", "--role", "merchant_admin", "--scope", "mer_1")

    assert "Acted as mia with the role merchant_admin and the scope mer_1: a development identity" in ran.err


def test_identity_comes_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUNDS_AS", "mia")
    monkeypatch.setenv("REFUNDS_ROLE", "merchant_admin")
    monkeypatch.setenv("REFUNDS_SCOPE", "mer_1")

    assert "Acted as mia with the role merchant_admin and the scope mer_1" in run("refund", "approve", "ref_1").err
    assert (
        "Acted as ann with the role merchant_admin and the scope mer_1"
        in run("refund", "approve", "ref_1", "--as", "ann").err
    )


@pytest.mark.parametrize("words", [("refund", "get", "ref_1"), ("refund", "list"), ("refund", "watch", "ref_1")])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_reading_names_the_development_identity_on_stderr(
    run: Run, words: tuple[str, ...], form: tuple[str, ...]
) -> None:
    ran = run(*words, *form)

    assert ran.err.count(SIGNED_HERE) == 1
    assert "identity" not in ran.out


def test_refused_command_names_the_development_identity(refused: Run) -> None:
    assert SIGNED_HERE in refused("refund", "cancel", "ref_1").err


def test_refused_command_prints_only_the_problem_document_for_programs(refused: Run) -> None:
    assert json.loads(refused("refund", "cancel", "ref_1", "--json").err)["code"] == "forbidden"


def test_token_of_an_issuer_prints_no_identity(api: FakeApi) -> None:
    ran = refunds("refund", "cancel", "ref_1", "--url", api.url, "--token", "t")

    assert ran.code == 0
    assert "identity" not in ran.err


def test_refused_change_is_one_line_still(tmp_path: Path) -> None:
    with fake_api(lambda _: problem(403, "forbidden", "Not you.")) as refusing:
        ran = refunds("refund", "cancel", "ref_1", "--url", refusing.url, "--token", "t")

    assert ran.err == "refunds: Not you. (403 forbidden)\n"
