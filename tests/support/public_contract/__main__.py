"""The command `scripts/contract-diff`: exit code 0 compatible, 1 not, 2 called wrongly."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from tests.support.public_contract.compatibility import accepted_changes, incompatible_changes, read_contract

from refunds.adapters.local.clock import SystemClock

CONTRACT = Path(__file__).parents[3] / "contract"
RELEASED = CONTRACT / "released"


def main(arguments: list[str]) -> int:
    """Prints the incompatible changes from OLD to NEW that OLD's accepted.json does not list."""
    parser = argparse.ArgumentParser(prog="scripts/contract-diff", description=main.__doc__)
    parser.add_argument("old", nargs="?", type=Path, default=RELEASED, help="folder, contract/released if absent")
    parser.add_argument("new", nargs="?", type=Path, default=CONTRACT, help="folder, contract if absent")
    parser.add_argument("--json", action="store_true", help="print [{where, kind, detail}]")
    parser.add_argument(
        "--today", type=date.fromisoformat, default=SystemClock().now().date(), help="judge sunsets by this date"
    )
    asked = parser.parse_args(arguments)
    try:
        found = incompatible_changes(read_contract(asked.old), read_contract(asked.new), asked.today)
        accepted = accepted_changes(asked.old)
    except (OSError, ValueError, KeyError) as mistake:
        parser.error(f"not a contract: {mistake}")
    left = [finding for finding in found if finding not in accepted]
    if asked.json:
        print(json.dumps([finding.as_json() for finding in left], indent=2))
    else:
        print("\n".join(map(str, left)) or "compatible")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
