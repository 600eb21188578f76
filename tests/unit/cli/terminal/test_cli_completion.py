"""A shell completes commands and options by the script that `refunds completion` prints."""

import subprocess

import pytest
from tests.support.processes.command_line import refunds


@pytest.fixture(scope="module")
def script() -> str:
    """The script for bash."""
    ran = refunds("completion", "bash")
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def completed(script: str, *words: str) -> set[str]:
    """What bash offers for the last word."""
    line = " ".join(f"'{word}'" for word in words)
    ask = f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _refunds; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    ended = subprocess.run(["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=True)
    return {word.strip() for word in ended.stdout.splitlines()}


def test_commands_are_completed(script: str) -> None:
    assert completed(script, "refunds", "refu") == {"refund"}
    assert {"create", "list", "why"} <= completed(script, "refunds", "refund", "")


def test_options_are_completed(script: str) -> None:
    assert {"--amount", "--amount-min"} & completed(script, "refunds", "refund", "create", "--amo") == {"--amount"}


def test_unknown_shell_is_answered_with_the_known_ones() -> None:
    ran = refunds("completion", "tcsh")

    assert ran.code != 0
    assert all(shell in ran.err + ran.out for shell in ("bash", "zsh", "fish"))
