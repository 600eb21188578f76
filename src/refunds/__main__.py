"""Entry point of `refunds` and `python -m refunds`; the commands themselves are in cli/."""

import os
import sys

from refunds.cli.entries import is_entry, run_entry


def main() -> None:
    """Runs one process of the product, or the command line, and exits with its exit code."""
    arguments = sys.argv[1:]
    if len(arguments) == 1 and is_entry(arguments[0]):
        sys.exit(run_entry(arguments[0], os.environ))
    from refunds.cli.app import app  # noqa: PLC0415 - a service starts faster without it

    sys.exit(app())


if __name__ == "__main__":
    main()
