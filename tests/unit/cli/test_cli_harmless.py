"""What strangers wrote is shown to people as it stands: no markup, no terminal codes, no secrets of the process."""

import os
import subprocess
import sys

import pytest

from refunds.cli.views.output import harmless, print_fields, print_table

ODD = "see ticket [/b] [red]x[/red] \x1b[2J\u202e"


def test_markup_in_texts_is_shown_and_never_followed(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["text"], [[ODD]])
    print_fields([("reason", ODD)])

    shown = capsys.readouterr().out
    assert shown.count("see ticket [/b] [red]x[/red]") == 2
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("columns", ["40", "80", "160"])
def test_ids_are_never_cut(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """They are copied into the next command."""
    monkeypatch.setenv("COLUMNS", columns)
    row = [*(f"{prefix}_" + "0" * 28 for prefix in ("ref", "pay", "mer", "att", "par")), "a long text " * 20]

    for is_terminal in (False, True):
        print_table(["refund", "payment", "merchant", "attempt", "value", "text"], [row], is_terminal=is_terminal)

        shown = capsys.readouterr().out
        assert [one for one in row[:5] if one not in shown] == []
        assert shown.count("long") == 20


def test_what_is_printable_stays() -> None:
    assert harmless("Müller & Söhne\n¥ 5,800") == "Müller & Söhne\n¥ 5,800"


@pytest.mark.parametrize("name", ["api", "frontend", "all"])
def test_help_of_a_service_shows_nothing_of_the_environment(name: str) -> None:
    environ = {**os.environ, "REFUNDS_MONGODB_URI": "mongodb://u:SECRET@h/"}
    command = [sys.executable, "-P", "-m", "refunds", name, "--help"]

    shown = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=60)

    assert "SECRET" not in shown.stdout + shown.stderr
    assert name in shown.stdout
