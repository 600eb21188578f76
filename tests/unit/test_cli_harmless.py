"""What strangers wrote is shown to people as it stands: no markup, no terminal codes, no secrets of the process."""

import os
import subprocess
import sys

import pytest

from refunds.cli.output import harmless, print_fields, print_table

ODD = "see ticket [/b] [red]x[/red] \x1b[2J\u202e"


def test_markup_in_texts_is_shown_and_never_followed(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["text"], [[ODD]])
    print_fields([("reason", ODD)])

    shown = capsys.readouterr().out
    assert shown.count("see ticket [/b] [red]x[/red]") == 2
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_what_is_printable_stays() -> None:
    assert harmless("Müller & Söhne\n¥ 5,800") == "Müller & Söhne\n¥ 5,800"


@pytest.mark.parametrize("name", ["api", "front-door", "all"])
def test_help_of_a_service_shows_nothing_of_the_environment(name: str) -> None:
    environ = {**os.environ, "REFUNDS_MONGODB_URI": "mongodb://u:SECRET@h/"}
    command = [sys.executable, "-P", "-m", "refunds", name, "--help"]

    shown = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=60)

    assert "SECRET" not in shown.stdout + shown.stderr
    assert name in shown.stdout
