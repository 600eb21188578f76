"""`refunds verify`: all invariants over the whole database and against the gateway's books."""

from pathlib import Path

import msgspec

from refunds.cli.failures import FAILED, command
from refunds.cli.output import console, print_json
from refunds.cli.target import READY_FILE, AsJson, read_instance
from refunds.cli.verification import verification_lines
from refunds.cli.verifying import verify_instance


@command
async def verify(*, ready_file: Path = READY_FILE, as_json: AsJson = False) -> int:
    """Check every invariant; the exit code is 1 where one does not hold.

    Parameters
    ----------
    ready_file
        Written by `refunds up`; tells where the database and the gateway are.
    """
    verification = await verify_instance(read_instance(ready_file))
    if as_json:
        print_json(msgspec.json.encode(verification))
    else:
        for line in verification_lines(verification):
            console().print(line, highlight=False)
    return 0 if verification.is_clean else FAILED
