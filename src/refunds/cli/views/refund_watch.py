"""Watches one refund by reading it repeatedly, and prints each change of its status."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import msgspec
from rich.text import Text

from refunds.cli.client.client import Call, connected
from refunds.cli.client.http_call import announce
from refunds.cli.client.instance_option import Target
from refunds.cli.client.response_models import RefundOut, moment, money
from refunds.cli.errors import FAILED, UNPAID
from refunds.cli.views.output import console
from refunds.cli.views.status_style import status_text
from refunds.domain.payment.states import FINAL, Status

READ_EVERY_S = 0.25
RESTING = frozenset(status.value for status in (*FINAL, Status.PENDING_APPROVAL, Status.DRAFT))
"""The final statuses, and the statuses that a refund leaves only if a person acts."""
ENDED_UNPAID = frozenset(status.value for status in FINAL if status is not Status.COMPLETED)


async def watch_refund(
    refund_id: str,
    for_s: float,
    target: Target,
    as_json: bool,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> int:
    """Prints each change of a refund's status, and returns an exit code.

    The code is 0 if the refund completed or waits for a person, and 3 if the refund ended without paying. The code is 1
    if the refund is not final after `for_s` seconds.
    """
    bearer, seen = target.bearer(), ""
    call = Call(method="GET", path="/v1/refunds/{}", ids=(refund_id,))
    deadline_s = time.perf_counter() + for_s
    async with connected(target.address(), sleep) as client:
        while True:
            answer = await client.send(call, bearer)
            if not seen and (answer.is_success or not as_json):
                announce(target)
            refund = answer.read(RefundOut)
            if refund.status != seen:
                seen = refund.status
                _print_change(refund, answer.body, as_json)
            if seen in RESTING:
                return ending_of(refund)
            if time.perf_counter() > deadline_s:
                return FAILED
            await sleep(READ_EVERY_S)


def ending_of(refund: RefundOut) -> int:
    """Returns the exit code for the refund. The code is 3 if the refund ended without paying, and 0 otherwise."""
    return UNPAID if refund.status in ENDED_UNPAID else 0


def _print_change(refund: RefundOut, body: bytes, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(msgspec.json.format(body, indent=0).decode().replace("\n", "") + "\n")
        sys.stdout.flush()
        return
    reason = refund.status_reason
    code = f" ({reason.code})" if reason and reason.code != refund.status else ""
    status = status_text(refund.status, f"{code}  {money(refund.amount, refund.currency)}")
    console().print(Text(f"{moment(refund.updated_at)}  ") + status, highlight=False)
