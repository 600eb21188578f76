"""Refuses requests that the process could not answer in time.

The web calls this module after it has checked the token and before it reads the body. Requests with an Idempotency-Key
are new work, which is refused at a shorter estimated wait than other requests. So reads, approvals and cancelations
still work when new work is refused. Webhooks and public routes are not counted.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from refunds.kit.admission import Admission, Refusal
from refunds.kit.refusal_pace import RefusalPace
from refunds.runtime.http.endpoint import Endpoint
from refunds.runtime.http.metrics import WebMetrics
from refunds.runtime.http.problems import TOO_MANY_REQUESTS, Problem, problem
from refunds.texts.requests.limit_facts import ShareInProgress, WaitTooLong
from refunds.texts.requests.request_fact import RequestFact

NEW_WORK, OTHER = "new_work", "other"
WAIT, SHARE = "wait", "share"
REFUSALS_SHARE = 0.25
"""Refusals are sent without a pause up to this share of the measured answers per second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSettings:
    """The longest estimated waits, and the number of requests of each kind that may always be in progress."""

    new_work_wait_max_s: float = 0.5
    other_wait_max_s: float = 1.0
    always_max: int = 64
    refusal_pause_max_s: float = 2.0


class LoadLimits:
    """Counts the requests in progress of one web application. `seconds` is a monotonic clock."""

    def __init__(self, settings: LoadSettings, seconds: Callable[[], float], metrics: WebMetrics) -> None:
        self._seconds = seconds
        self._metrics = metrics
        self._new_work = Admission(wait_max_s=settings.new_work_wait_max_s, always_max=settings.always_max)
        self._other = Admission(wait_max_s=settings.other_wait_max_s, always_max=settings.always_max)
        self._pace = RefusalPace(pause_max_s=settings.refusal_pause_max_s)
        self.paused = 0
        metrics.watch_waits({NEW_WORK: lambda: self._new_work.wait_s, OTHER: lambda: self._other.wait_s})

    def check(self, endpoint: Endpoint, tenant_id: str) -> None:
        """Problem: 429 if a request of this tenant may not begin."""
        admission = self._new_work if endpoint.needs_key else self._other
        if admission.in_progress < admission.quiet_max:
            return
        refusal = admission.refusal(tenant_id, self._seconds())
        if refusal is not None:
            raise self._refused(endpoint, refusal)

    def begin(self, endpoint: Endpoint, tenant_id: str) -> None:
        """Counts a complete request until `end` is called. Raises a 429 problem if the request may not begin."""
        self.check(endpoint, tenant_id)
        (self._new_work if endpoint.needs_key else self._other).begin(tenant_id)

    def end(self, endpoint: Endpoint, tenant_id: str) -> None:
        """Counts the answer to a request."""
        (self._new_work if endpoint.needs_key else self._other).end(tenant_id, self._seconds())

    async def pause(self) -> None:
        """Waits until a refusal may be sent. The wait is zero unless there are many refusals."""
        per_s = max(1.0, REFUSALS_SHARE * self._new_work.rate_per_s)
        pause_s = self._pace.pause_s(self._seconds(), per_s)
        if pause_s <= 0:
            return
        self.paused += 1
        try:
            await asyncio.sleep(pause_s)
        finally:
            self.paused -= 1

    def _refused(self, endpoint: Endpoint, refusal: Refusal) -> Problem:
        kind = NEW_WORK if endpoint.needs_key else OTHER
        self._metrics.refused_for_load(kind, SHARE if refusal.is_share else WAIT)
        wait_s = refusal.retry_after_s
        fact: RequestFact = ShareInProgress(wait_s=wait_s) if refusal.is_share else WaitTooLong(wait_s=wait_s)
        return problem(TOO_MANY_REQUESTS, fact, headers=((b"retry-after", b"%d" % wait_s),))
