"""Where `refunds` and `python -m refunds` enter; the command line itself is in cli/."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit("refunds: the command line is not built yet")


if __name__ == "__main__":
    main()
