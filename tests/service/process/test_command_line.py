"""The command line as a process: what it offers, what it refuses, and how services are entered."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from refunds.cli.entries import ENTRIES, installed_entries, run_entry


def _refunds(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "refunds", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)


def test_help_names_the_commands() -> None:
    result = _refunds("--help")

    assert result.returncode == 0
    assert "up" in result.stdout
    assert "request-manager" not in result.stdout


def test_help_has_the_exit_codes() -> None:
    shown = _refunds("--help").stdout

    assert "3     done, but the refund ended without paying money back" in shown
    assert "130   stopped by Ctrl-C" in shown


def test_process_that_help_does_not_list_can_be_called_all_the_same() -> None:
    assert "request-manager" in _refunds("request-manager", "--help").stdout


def test_help_of_up_names_its_options() -> None:
    result = _refunds("up", "--help")

    options = ("--host", "--port", "--data-dir", "--ready-file", "--sample", "--split", "--json")
    assert all(option in result.stdout for option in (*options, "--mongodb-uri", "--redis-uri"))


def test_up_on_a_foreign_folder_ends_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("")

    result = _refunds("up", "--data-dir", str(tmp_path), "--port", "0")

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("refunds up: ")
    assert result.stderr.count("\n") == 1


def test_unknown_command_is_refused() -> None:
    assert _refunds("refnud").returncode != 0


def test_entry_is_run_with_the_environment_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "entry_of_this_test.py").write_text("def run(environ): return int(environ['CODE'])")
    monkeypatch.syspath_prepend(tmp_path)
    entries: Mapping[str, str] = {"test": "entry_of_this_test"}

    assert run_entry("test", {"CODE": "7"}, entries) == 7


def test_every_service_of_the_product_has_its_entry() -> None:
    assert set(ENTRIES) == {
        "api",
        "request-manager",
        "gateway-integration",
        "parameter-resolution",
        "reporting-engine",
        "health",
    }


def test_processes_of_one_machine_come_with_the_extra() -> None:
    assert installed_entries().keys() - ENTRIES.keys() == {"all", "frontend", "sandbox"}
