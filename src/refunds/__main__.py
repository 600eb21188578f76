"""Starts the program for `refunds` and `python -m refunds`. The commands are defined in `cli/`."""

import os
import sys

from refunds.cli.entries import is_entry, run_entry


def main() -> None:
    """Runs a single process if the only argument is the name of a process. Otherwise runs the command line.

    Exits with the exit code of the process or the command.
    """
    arguments = sys.argv[1:]
    if len(arguments) == 1 and is_entry(arguments[0]):
        sys.exit(run_entry(arguments[0], os.environ))
    from refunds.cli.app import app  # noqa: PLC0415 - a service starts faster without it

    sys.exit(app())


if __name__ == "__main__":
    main()
