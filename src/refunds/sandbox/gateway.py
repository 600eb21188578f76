"""The sandbox gateway at work.

Decides, books, waits until the books are durable, then answers and tells; called by the routes. Knows no HTTP
route and no socket.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from refunds.sandbox.behaviours import Behaviour, behaviour_of
from refunds.sandbox.books import BOOKED_STAGE, SETTLED_STAGE, Books, Refund
from refunds.sandbox.clock import SandboxClock
from refunds.sandbox.config import SandboxConfig
from refunds.sandbox.decisions import (
    HouseRules,
    RefundOrder,
    decide_dashboard_refund,
    decide_refund,
    decide_settlement,
)
from refunds.sandbox.due import DueQueue
from refunds.sandbox.entries import ClockAdvanced, RefundBooked, WebhookClosed
from refunds.sandbox.errors import CallRefused
from refunds.sandbox.faults import FaultCounter
from refunds.sandbox.journal import Journal
from refunds.sandbox.metrics import Metrics
from refunds.sandbox.webhooks import WebhookPost, WebhookSender
from refunds.sandbox.wire import (
    CLOCK_OFFSET_MS_MAX,
    REPLAYED_HEADERS,
    AccountsBody,
    Answer,
    ClockBody,
    account_body,
    first_answer,
    json_answer,
    moment,
    status_answer,
)

SETTLEMENTS_AT_ONCE_MAX = 500
LATE_ANSWERS_AT_ONCE_MAX = 1_000

Gone = Callable[[], Awaitable[None]]


class Gateway:
    """One sandbox gateway over its books and their journal; belongs to one event loop."""

    def __init__(
        self,
        *,
        config: SandboxConfig,
        books: Books,
        journal: Journal,
        clock: SandboxClock,
        metrics: Metrics,
        post: WebhookPost,
    ) -> None:
        self._config = config
        self._books = books
        self._journal = journal
        self._clock = clock
        self._metrics = metrics
        self._rules = house_rules(config)
        self._faults = FaultCounter(config.faults_first)
        self._settlements: DueQueue[int] = DueQueue(clock)
        self._late_answers: DueQueue[asyncio.Future[None]] = DueQueue(clock)
        self._webhooks = WebhookSender(
            config=config, books=books, clock=clock, metrics=metrics, close=self._close_webhook, post=post
        )
        self._held_count = 0
        self._closing = asyncio.Event()

    async def refund(self, order: RefundOrder, gone: Gone) -> Answer:
        """Answer a refund call; `gone` returns once the caller has hung up."""
        known = self._books.refund_by_reference(order.reference or "")
        if known is not None:
            return await self._repeat(known, order)
        behaviour = order.behaviour
        self._check_room(behaviour)
        if behaviour.fault is not None or behaviour.refusal is not None:
            await self._meet_fault(order, gone)
        entry = decide_refund(self._books, order, self._rules, self._clock.now_ms())
        refund = await self._book(entry)
        if entry.status != "failed" and behaviour.answer != "now":
            return await self._answer_specially(refund, entry, gone)
        if entry.owed:
            self._tell(refund, len(entry.owed))
        return first_answer(self._books, refund)

    async def refund_in_dashboard(self, order: RefundOrder) -> Answer:
        """Book a refund that nobody asked for by reference, and tell of it."""
        self._check_webhook_room()
        entry = decide_dashboard_refund(self._books, order, self._rules, self._clock.now_ms())
        refund = await self._book(entry)
        self._tell(refund, len(entry.owed))
        return first_answer(self._books, refund)

    async def refund_status(self, refund: Refund | None) -> Answer:
        """What holds for a refund now; raises CallRefused (404) for one never seen."""
        if refund is None:
            raise CallRefused("refund_not_found", "No such refund was ever seen here.", status=404)
        await self._journal.durable()
        return status_answer(self._books, refund)

    async def account(self, gateway_payment_id: str) -> Answer:
        """The books of one gateway payment; raises CallRefused (404) for one never seen."""
        account = self._books.account(gateway_payment_id)
        if account is None:
            raise CallRefused("payment_not_found", "No such payment was ever seen here.", status=404)
        await self._journal.durable()
        return json_answer(200, account_body(self._books, account))

    async def accounts(self, start: int, limit: int) -> Answer:
        """One page of the books, in the order in which payments were first seen."""
        await self._journal.durable()
        page = self._books.accounts[start : start + limit]
        following = start + len(page)
        is_more = following < len(self._books.accounts)
        data = [account_body(self._books, account) for account in page]
        return json_answer(200, AccountsBody(data=data, next_cursor=str(following) if is_more else None))

    def clock(self) -> Answer:
        """The sandbox's clock."""
        offset_s = self._clock.offset_ms / 1_000
        return json_answer(200, ClockBody(now=moment(self._clock.now_ms()), offset_seconds=offset_s))

    async def advance(self, by_ms: int) -> Answer:
        """Set the clock forward; what falls due by that is booked before the answer."""
        if self._clock.offset_ms + by_ms > CLOCK_OFFSET_MS_MAX:
            rule = f"at most {CLOCK_OFFSET_MS_MAX // 1_000} in all"
            raise CallRefused("invalid_request", f"seconds must be {rule}.", field="seconds", rule=rule)
        entry = ClockAdvanced(by_ms=by_ms)
        self._books.apply(entry)
        self._journal.append(entry)
        self._clock.advance(by_ms)
        while due := self._settlements.pop_due(SETTLEMENTS_AT_ONCE_MAX):
            await self._settle(due)
        await self._journal.durable()
        for queue in (self._settlements, self._late_answers, self._webhooks):
            queue.nudge()
        return self.clock()

    def gauges(self) -> dict[str, int]:
        """What the metrics tell besides their counters."""
        return {
            "books_refunds": len(self._books.refunds),
            "books_payments": len(self._books.accounts),
            "webhooks_open": len(self._books.open_webhooks),
            "settlements_waiting": len(self._settlements),
            "answers_held": self._held_count,
            "journal_entries_total": self._journal.entries_count,
            "journal_flushes_total": self._journal.flushes_count,
        }

    def refund_by_reference(self, reference: str) -> Refund | None:
        """The refund asked for under this reference."""
        return self._books.refund_by_reference(reference)

    def refund_by_id(self, gateway_refund_id: str) -> Refund | None:
        """The refund of this id."""
        return self._books.refund_by_id(gateway_refund_id)

    async def run(self) -> None:
        """Take up what a former run left, then settle and tell until cancelled."""
        for refund in self._books.refunds:
            if refund.due_ms is not None:
                self._settlements.put(refund.due_ms, refund.number)
        self._webhooks.resume()
        await asyncio.gather(self._run_settlements(), self._run_late_answers(), self._webhooks.run())

    def release(self) -> None:
        """Let go of every held answer: the sandbox is stopping."""
        self._closing.set()

    async def _book(self, entry: RefundBooked) -> Refund:
        refund = self._books.book(entry)
        self._journal.append(entry)
        self._metrics.refunds[entry.status] += 1
        if entry.due_ms is not None:
            self._settlements.put(entry.due_ms, refund.number)
        await self._journal.durable()
        return refund

    async def _repeat(self, known: Refund, order: RefundOrder) -> Answer:
        if known.fingerprint != order.fingerprint:
            rule = "used for one body only"
            message = "This Idempotency-Key was used with another body."
            raise CallRefused("idempotency_key_reused", message, status=422, field="Idempotency-Key", rule=rule)
        await self._journal.durable()
        return first_answer(self._books, known, REPLAYED_HEADERS)

    async def _meet_fault(self, order: RefundOrder, gone: Gone) -> None:
        """Raise CallRefused where the behaviour lets nothing be booked."""
        behaviour = order.behaviour
        refusal = behaviour.refusal
        if refusal is not None and not refusal.is_recorded:
            raise self._try_later(refusal.raw_code, refusal.message, refusal.http_status)
        if behaviour.fault == "no_answer":
            await self._hold(gone)
            raise CallRefused("gateway_timeout", "The call took too long.", status=504)
        if behaviour.fault == "rate_limited" and self._faults.strikes(order.reference or ""):
            raise self._try_later("too_many_requests", "Too many requests; try again later.", 429)
        if behaviour.fault == "error_500" and self._faults.strikes(order.reference or ""):
            raise CallRefused("internal_error", "The sandbox fails as it was told to.", status=500)

    async def _answer_specially(self, refund: Refund, entry: RefundBooked, gone: Gone) -> Answer:
        style = behaviour_of(entry.behaviour).answer
        if style == "after_webhook":
            await self._tell_now(refund, len(entry.owed))
        elif entry.owed:
            self._tell(refund, len(entry.owed))
        if style == "never":
            await self._hold(gone)
        if style == "late":
            await self._delay()
        return first_answer(self._books, refund)

    def _tell(self, refund: Refund, copies: int) -> None:
        event = self._books.owed_event(refund.number, BOOKED_STAGE)
        if event is not None:
            self._webhooks.send(event, copies)

    async def _tell_now(self, refund: Refund, copies: int) -> None:
        event = self._books.owed_event(refund.number, BOOKED_STAGE)
        if event is None:
            return
        self._held_count += 1
        try:
            await self._webhooks.send_now(event)
        finally:
            self._held_count -= 1
        self._webhooks.send(event, copies - 1)

    async def _hold(self, gone: Gone) -> None:
        """Give no answer until the caller hangs up, the hold is over or the sandbox stops."""
        self._held_count += 1
        waits = [asyncio.ensure_future(gone()), asyncio.ensure_future(self._closing.wait())]
        try:
            await asyncio.wait(waits, timeout=self._config.hold_ms / 1_000, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._held_count -= 1
            for wait in waits:
                wait.cancel()

    async def _delay(self) -> None:
        """Wait for the delay on the sandbox's clock, or until the sandbox stops."""
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._late_answers.put(self._clock.now_ms() + self._config.delay_ms, over)
        self._held_count += 1
        closing = asyncio.ensure_future(self._closing.wait())
        try:
            await asyncio.wait([over, closing], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._held_count -= 1
            closing.cancel()

    async def _settle(self, numbers: Sequence[int]) -> None:
        now_ms = self._clock.now_ms()
        telling: list[tuple[int, int]] = []
        for number in numbers:
            refund = self._books.refund(number)
            entry = decide_settlement(refund, behaviour_of(refund.behaviour), self._rules, now_ms)
            self._books.settle(entry)
            self._journal.append(entry)
            telling.append((number, len(entry.owed)))
        await self._journal.durable()
        for number, copies in telling:
            event = self._books.owed_event(number, SETTLED_STAGE)
            if event is not None:
                self._webhooks.send(event, copies)

    def _close_webhook(self, entry: WebhookClosed) -> None:
        self._books.apply(entry)
        self._journal.append(entry)

    def _check_room(self, behaviour: Behaviour) -> None:
        is_held = behaviour.fault == "no_answer" or behaviour.answer in ("late", "never", "after_webhook")
        if is_held and self._held_count >= self._config.held_answers_max:
            raise self._try_later("too_many_requests", "Too many answers are held open.", 429)
        if behaviour.webhooks_first or behaviour.webhooks_settled or self._rules.is_webhook_always:
            self._check_webhook_room()

    def _check_webhook_room(self) -> None:
        if self._webhooks.is_full:
            raise self._try_later("too_many_requests", "Too many webhooks wait for delivery.", 429)

    def _try_later(self, code: str, message: str, status: int) -> CallRefused:
        return CallRefused(code, message, status=status, retry_after_s=self._config.retry_after_s)

    async def _run_settlements(self) -> None:
        while True:
            await self._settle(await self._settlements.take(SETTLEMENTS_AT_ONCE_MAX))

    async def _run_late_answers(self) -> None:
        while True:
            for over in await self._late_answers.take(LATE_ANSWERS_AT_ONCE_MAX):
                if not over.done():
                    over.set_result(None)


def house_rules(config: SandboxConfig) -> HouseRules:
    """The part of the configuration that decisions rest on."""
    return HouseRules(
        delay_ms=config.delay_ms,
        is_webhook_owed=bool(config.webhook_url),
        is_webhook_always=config.webhook_always,
        payment_refunds_max=config.payment_refunds_max,
        refunds_max=config.refunds_max,
    )
