"""Waits until every refund of the demonstration has its expected status or a time limit is reached."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from refunds.cli.client.response_models import RefundOut
from refunds.cli.views.progress import Stage, Stages
from refunds_embedded.demo.api import DemoApi
from refunds_embedded.demo.concurrency import for_all
from refunds_embedded.demo.sending import Sent

ROUND_S = 0.5
READS_AT_ONCE = 16
NOTED_STATUSES_MAX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A refund as it was last read, with the request that created it."""

    sent: Sent
    refund: RefundOut

    @property
    def is_as_expected(self) -> bool:
        """Returns True if the refund has its expected status."""
        return self.sent.ends is not None and self.refund.status == self.sent.ends.value


async def until_ended(
    api: DemoApi,
    sent: Sequence[Sent],
    wait_s: float,
    sleep: Callable[[float], Awaitable[object]],
    stages: Stages,
) -> list[Ended]:
    """Waits until all refunds have their expected status. Returns all refunds as they were last read.

    Returns after `wait_s` seconds at the latest, even if some refunds do not have their expected status.
    """
    open_ones = [one for one in sent if one.refund_id]
    ended: list[Ended] = []
    deadline_s = time.perf_counter() + wait_s
    with stages.stage("refunds at their end", len(open_ones)) as stage:
        while open_ones:
            seen = await for_all(open_ones, lambda one: _read(api, one), READS_AT_ONCE)
            settled = [one for one in seen if one.is_as_expected]
            open_ones = [one.sent for one in seen if not one.is_as_expected]
            ended += settled
            _show(stage, len(settled), [one for one in seen if not one.is_as_expected])
            if open_ones and time.perf_counter() > deadline_s:
                return ended + [one for one in seen if not one.is_as_expected]
            if open_ones:
                await sleep(ROUND_S)
    return ended


async def _read(api: DemoApi, one: Sent) -> Ended:
    return Ended(sent=one, refund=(await api.read_refund(one.refund_id)).read(RefundOut))


def _show(stage: Stage, settled: int, still: Sequence[Ended]) -> None:
    stage.advance(settled)
    counts = Counter(one.refund.status for one in still).most_common(NOTED_STATUSES_MAX)
    stage.note(" · ".join(f"{status} {count}" for status, count in counts))
