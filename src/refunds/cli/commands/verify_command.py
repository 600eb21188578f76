"""Defines `refunds verify` for all invariants, and `refunds audit verify` for the audit log alone."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from cyclopts import App

from refunds.cli.client.instance_option import READY_FILE, AsJson, read_instance
from refunds.cli.client.ready_file import Ready
from refunds.cli.errors import FAILED, command
from refunds.cli.verifying import begin_epoch, verify_audit, verify_instance
from refunds.cli.views.output import console, error_console, print_json
from refunds.cli.views.progress import Stages
from refunds.cli.views.verification_views import verification_lines, verification_out
from refunds.texts.notices.notice_texts import notice_of
from refunds.texts.notices.proof_notices import EpochBegun
from refunds.usecases.verification.verification_report import Report
from refunds.usecases.verification.verify_audit import Progress

audit = App(name="audit", help="Check the audit log, and prove its records.")
audit.command(
    "refunds.cli.commands.proof_commands:prove", name="prove", help="Prove that the audit log of a tenant was anchored."
)
audit.command(
    "refunds.cli.commands.proof_commands:check_proof", name="check-proof", help="Check a proof without an instance."
)


@command
async def verify(*, ready_file: Path = READY_FILE, as_json: AsJson = False) -> int:
    """Check that all stored data agree, also with the gateway's own books. The exit code is 1 if they do not.

    Parameters
    ----------
    ready_file
        Written by `refunds up`; contains the addresses of the database and the gateway.
    """
    return await _print(verify_instance, ready_file, as_json)


@audit.command(name="verify")
@command
async def verify_audit_log(*, ready_file: Path = READY_FILE, as_json: AsJson = False) -> int:
    """Check the audit log of every tenant. The exit code is 1 if a record was changed or removed.

    Parameters
    ----------
    ready_file
        Written by `refunds up`; contains the address of the database.
    """
    return await _print(verify_audit, ready_file, as_json)


@audit.command(name="begin-epoch")
@command
async def begin_anchor_epoch(*, reason: str, ready_file: Path = READY_FILE, as_json: AsJson = False) -> int:
    """Begin a new series of anchors (an epoch) after a restore, when the audit log has lost records.

    An anchor is a signed fingerprint of the audit log. First run `refunds audit verify`: it names the tenants whose
    logs have lost records. Earlier anchors are not changed. Later verifications show the reason and the lost records.

    Parameters
    ----------
    reason
        Why records were lost: what was restored, to which time, and who decided it. It is stored with the anchor.
    ready_file
        Written by `refunds up`; contains the address of the database.
    """
    ready = read_instance(ready_file)
    epoch = await begin_epoch(ready, reason)
    if as_json:
        print_json(msgspec.json.encode({"epoch": epoch}))
    else:
        console().print(notice_of(EpochBegun(epoch=epoch)), highlight=False)
    return 0


async def _print(verify_by: Callable[[Ready, Progress], Awaitable[Report]], ready_file: Path, as_json: bool) -> int:
    ready = read_instance(ready_file)
    with Stages(error_console()).watching("verifying") as progress:
        report = await verify_by(ready, progress)
    if as_json:
        print_json(msgspec.json.encode(verification_out(report)))
    else:
        for line in verification_lines(report):
            console().print(line, highlight=False)
    return 0 if report.is_clean else FAILED
