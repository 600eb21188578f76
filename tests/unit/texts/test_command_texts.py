"""The lines of the command line and of verification: one for each case, with known fields and what to do."""

import ast
from pathlib import Path
from string import Formatter

import pytest

import refunds
from refunds.texts import command_facts
from refunds.texts.command_facts import CommandFact, NothingAnswers, ValueNotJson
from refunds.texts.command_texts import COMMAND_TEXTS, line_of
from refunds.texts.notices import command_notices, proof_notices, verification_notices
from refunds.texts.notices.notice import Notice
from refunds.texts.notices.notice_texts import NOTICE_TEXTS, notice_of
from refunds.texts.text import Text
from refunds.texts.verification_texts import CHECKED_TEXTS, FINDING_TEXTS, INVARIANT_TEXTS, WAITING_TEXTS, Waiting
from refunds.usecases.verification.verification_report import Checked, Invariant

KINDS = [kind for kind in vars(command_facts).values() if isinstance(kind, type) and kind.__base__ is CommandFact]
CLI = Path(refunds.__file__).parent / "cli"


def test_each_failure_of_a_command_has_one_line() -> None:
    assert set(COMMAND_TEXTS) == set(KINDS)
    assert len(set(COMMAND_TEXTS.values())) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_line_of_a_failure_names_the_facts_that_it_has(kind: type[CommandFact]) -> None:
    named = {name for _, name, _, _ in Formatter().parse(COMMAND_TEXTS[kind]) if name}

    assert named == set(kind.__struct_fields__)


def test_lines_show_their_facts() -> None:
    assert line_of(NothingAnswers(host="a", port=1)) == "nothing answers at a:1; is `refunds up` running?"
    assert line_of(ValueNotJson(text="x", error="e")) == (
        '/value: x is not JSON; write a value such as 90, true, ["balance"] or {"USD": 100000} (e)'
    )


NOTICES = [
    kind
    for module in (command_notices, proof_notices, verification_notices)
    for kind in vars(module).values()
    if isinstance(kind, type) and kind.__base__ is Notice
]


def test_each_notice_has_one_text() -> None:
    assert set(NOTICE_TEXTS) == set(NOTICES) == set(Notice.__subclasses__())
    assert len(set(NOTICE_TEXTS.values())) == len(NOTICES)


@pytest.mark.parametrize("kind", NOTICES, ids=lambda kind: kind.__name__)
def test_text_of_a_notice_names_the_facts_that_it_has(kind: type[Notice]) -> None:
    named = {name for _, name, _, _ in Formatter().parse(NOTICE_TEXTS[kind]) if name}

    assert named == set(kind.__struct_fields__)


def test_notice_shows_numbers_with_commas() -> None:
    assert (
        notice_of(command_notices.WebhookRemoved(left=1_200))
        == "The webhook was removed. Webhooks that still wait: 1,200."
    )


def test_no_command_writes_what_it_prints_in_place() -> None:
    """A table's cells, an indented line of a finding, and the progress of a stage are made of what is in a table."""
    found = [
        f"{path.relative_to(CLI)}:{node.lineno}"
        for path in sorted(CLI.rglob("*.py"))
        if path.name != "progress.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"print", "print_line"}
        and any(isinstance(of, ast.Constant | ast.JoinedStr) for of in node.args)
    ]

    assert found == []


def test_no_command_writes_its_failure_in_place() -> None:
    found = [
        f"{path.relative_to(CLI)}:{node.lineno}"
        for path in sorted(CLI.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "CommandFailed"
        and isinstance(node.args[0], ast.Constant | ast.JoinedStr)
    ]

    assert found == []


@pytest.mark.parametrize("text", [*FINDING_TEXTS.values(), *WAITING_TEXTS.values()], ids=lambda text: text.what[:30])
def test_finding_of_a_verification_has_a_meaning_and_an_action(text: Text) -> None:
    assert text.what.endswith(".")
    assert text.action.endswith(".")


def test_every_invariant_and_all_that_waits_has_a_text() -> None:
    assert set(FINDING_TEXTS) == set(Invariant)
    assert set(INVARIANT_TEXTS) == set(Invariant)
    assert len(set(INVARIANT_TEXTS.values())) == len(Invariant)
    assert set(WAITING_TEXTS) == set(Waiting)
    assert set(CHECKED_TEXTS) == set(Checked)
