"""Registers all commands of the command line by name. Each command is loaded only when it is called.

`__main__` runs this command line. The modules of the commands register nothing themselves.
"""

import os
import sys
from collections.abc import Callable
from importlib.metadata import entry_points, version
from typing import Annotated, Literal

from cyclopts import App, Parameter

from refunds.cli.entries import installed_entries, run_entry
from refunds.cli.errors import command, failure
from refunds.texts import command_facts as facts

EXIT_CODES = """Exit codes:

| code | meaning |
|---|---|
| 0 | done |
| 1 | not done, or an invariant does not hold; one line on stderr says why |
| 2 | the command or an option is invalid |
| 3 | done, but the refund ended without paying money back |
| 130 | stopped by Ctrl-C |
"""

app = App(
    name="refunds",
    help="Request, approve, pay and verify refunds.",
    help_epilogue=EXIT_CODES,
    help_format="markdown",
    version=version("brik-refunds"),
)

_COMMANDS = (
    ("token", "refunds.cli.commands.token_command:token", "Print an access token for development."),
    ("payment", "refunds.cli.commands.payment_commands:app", "Record and show captured payments."),
    ("refund", "refunds.cli.commands.refund_commands:app", "Request, approve and show refunds."),
    ("parameters", "refunds.cli.commands.parameter_commands:app", "Show and set the rules and limits of refunds."),
    ("tenants", "refunds.cli.commands.tenant_commands:app", "Add and show tenants."),
    ("read-models", "refunds.cli.commands.read_model_commands:app", "Rebuild lists, daily totals and ledger."),
    ("webhooks", "refunds.cli.commands.webhook_commands:app", "Show and remove webhooks that could not be read."),
    ("verify", "refunds.cli.commands.verify_command:verify", "Check that all stored data of an instance agree."),
    ("migrate", "refunds.cli.commands.migrate_command:migrate", "Bring the database to the schema of this release."),
    ("audit", "refunds.cli.commands.verify_command:audit", "Check the audit log, and prove its records."),
)

ENTRY_POINTS = "refunds.commands"
"""The group of entry points through which other distributions add commands."""

_OF_EXTRAS = (
    ("up", "embedded", "Start the whole product on this machine."),
    ("demo", "embedded", "Start an instance, request sample refunds, and verify the results."),
    ("simulate", "simulate", "Simulate hours of faults, and check all results."),
)
"""Commands that extras add. Each entry has the command's name, the extra and the purpose."""


def _register_commands() -> None:
    for name, place, purpose in _COMMANDS:
        app.command(place, name=name, help=purpose)


def _register_extras() -> None:
    found = {entry.name: entry.value for entry in entry_points(group=ENTRY_POINTS)}
    for name, extra, purpose in _OF_EXTRAS:
        app.command(found.get(name) or absent(name, extra), name=name, help=purpose)


def absent(name: str, extra: str) -> Callable[..., int]:
    """Returns a command that only reports which extra to install. Any arguments are ignored."""

    @command
    async def run(*_: Annotated[str, Parameter(allow_leading_hyphen=True, show=False)]) -> int:
        raise failure(facts.NotInstalled(name=name, extra=extra))

    return run


@app.command
def completion(shell: Literal["bash", "zsh", "fish"]) -> int:
    """Print the script with which a shell completes commands and options.

    Store the script where your shell reads such scripts. For bash: `refunds completion bash >
    ~/.local/share/bash-completion/completions/refunds`.

    Parameters
    ----------
    shell
        The shell that reads the script.
    """
    sys.stdout.write(app.generate_completion(shell=shell).rstrip("\n") + "\n")
    return 0


def _register_processes() -> None:
    """Registers the processes that containers and the launcher run. `--help` does not list these processes."""
    for name in installed_entries():
        app.command(App(name=name, help=f"Run the process `{name}` from its environment.", show=False))
        app[name].default(_process(name))


def _process(name: str) -> Callable[[], int]:
    """Returns the command that runs a process.

    The command takes no parameters, because `--help` would print the environment as a default.
    """

    def run() -> int:
        return run_entry(name, os.environ)

    return run


_register_commands()
_register_extras()
_register_processes()
