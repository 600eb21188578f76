"""The sandbox gateway. It decides on a call, books the result and answers when the books are durable.

The routes call this module. The module is independent of HTTP and sockets.
"""

import asyncio

from refunds_embedded.sandbox.behaviours import Behaviour, behaviour_of
from refunds_embedded.sandbox.books.books import BOOKED_STAGE, Books, Refund
from refunds_embedded.sandbox.books.decisions import (
    HouseRules,
    RefundOrder,
    decide_dashboard_refund,
    decide_refund,
)
from refunds_embedded.sandbox.books.entries import ClockAdvanced, RefundBooked, WebhookClosed
from refunds_embedded.sandbox.books.faults import FaultCounter
from refunds_embedded.sandbox.books.held import Gone, HeldAnswers
from refunds_embedded.sandbox.books.journal import Journal
from refunds_embedded.sandbox.books.settlements import Settlements
from refunds_embedded.sandbox.clock import SandboxClock
from refunds_embedded.sandbox.config import SandboxConfig
from refunds_embedded.sandbox.errors import CallRefused
from refunds_embedded.sandbox.http.answers import (
    account_body,
    first_answer,
    json_answer,
    moment,
    status_answer,
)
from refunds_embedded.sandbox.http.bodies import AccountsBody, Answer, ClockBody
from refunds_embedded.sandbox.metrics import Metrics
from refunds_embedded.sandbox.webhooks import WebhookPost, WebhookSender

CLOCK_OFFSET_MS_MAX = 100 * 366 * 86_400_000
HELD_STYLES = ("late", "never", "after_webhook")


class Gateway:
    """One sandbox gateway with its books and their journal. It must be used in one event loop."""

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
        self._held = HeldAnswers(
            clock,
            delay_ms=config.delay_ms,
            hold_ms=config.hold_ms,
            held_max=config.held_answers_max,
        )
        self._webhooks = WebhookSender(
            config=config,
            books=books,
            clock=clock,
            metrics=metrics,
            close=self._close_webhook,
            post=post,
        )
        self._settlements = Settlements(
            books=books,
            journal=journal,
            clock=clock,
            rules=self._rules,
            send=self._webhooks.send,
        )

    async def refund(self, order: RefundOrder, gone: Gone) -> Answer:
        """Answers a call that requests a refund. `gone` returns when the caller has disconnected."""
        known = self._books.refund_by_reference(order.reference or "")
        if known is not None and self._clock.now_ms() < known.at_ms + 1_000 * self._config.key_lifetime_s:
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
            self._send_webhooks(refund, len(entry.owed))
        return first_answer(self._books, refund)

    async def refund_in_dashboard(self, order: RefundOrder) -> Answer:
        """Books a refund without a reference and sends its webhooks. Raises CallRefused."""
        self._check_webhook_room()
        now_ms = self._clock.now_ms()
        entry = decide_dashboard_refund(self._books, order, self._rules, now_ms)
        refund = await self._book(entry)
        self._send_webhooks(refund, len(entry.owed))
        return first_answer(self._books, refund)

    async def refund_by_reference(self, reference: str) -> Answer:
        """Returns the current state of the refund with this reference."""
        return await self._refund_status(self._books.refund_by_reference(reference))

    async def refund_by_id(self, gateway_refund_id: str) -> Answer:
        """Returns the current state of the refund with this id."""
        return await self._refund_status(self._books.refund_by_id(gateway_refund_id))

    async def account(self, gateway_payment_id: str) -> Answer:
        """Returns the books of one gateway payment. Raises CallRefused (404) if the payment is unknown."""
        account = self._books.account(gateway_payment_id)
        if account is None:
            message = "No such payment was ever seen here."
            raise CallRefused("payment_not_found", message, status=404)
        await self._journal.durable()
        return json_answer(200, account_body(self._books, account))

    async def accounts(self, start: int, limit: int) -> Answer:
        """Returns one page of the books. The payments are in the order in which they were first seen."""
        await self._journal.durable()
        page = self._books.accounts[start : start + limit]
        following = start + len(page)
        next_cursor = str(following) if following < len(self._books.accounts) else None
        data = [account_body(self._books, account) for account in page]
        return json_answer(200, AccountsBody(data=data, next_cursor=next_cursor))

    def clock(self) -> Answer:
        """Returns the current time of the sandbox's clock."""
        offset_s = self._clock.offset_ms / 1_000
        now = moment(self._clock.now_ms())
        return json_answer(200, ClockBody(now=now, offset_seconds=offset_s))

    async def advance(self, by_ms: int) -> Answer:
        """Sets the clock forward. Raises CallRefused if the clock would be too far ahead.

        Changes that become due are booked before the method returns.
        """
        if self._clock.offset_ms + by_ms > CLOCK_OFFSET_MS_MAX:
            rule = f"at most {CLOCK_OFFSET_MS_MAX // 1_000} in all"
            message = f"seconds must be {rule}."
            raise CallRefused("invalid_request", message, field="seconds", rule=rule)
        entry = ClockAdvanced(by_ms=by_ms)
        self._books.apply(entry)
        self._journal.append(entry)
        self._clock.advance(by_ms)
        await self._settlements.settle_due()
        self._held.nudge()
        self._webhooks.nudge()
        return self.clock()

    def gauges(self) -> dict[str, int]:
        """Returns the current values of the sandbox's gauge metrics."""
        return {
            "books_refunds": len(self._books.refunds),
            "books_payments": len(self._books.accounts),
            "webhooks_open": len(self._books.open_webhooks),
            "settlements_waiting": len(self._settlements),
            "answers_held": self._held.count,
            "journal_entries_total": self._journal.entries_count,
            "journal_flushes_total": self._journal.flushes_count,
        }

    async def run(self) -> None:
        """Resumes the work that was open before a restart, then settles refunds and sends webhooks.

        Runs until the task is canceled.
        """
        self._settlements.resume()
        self._webhooks.resume()
        await asyncio.gather(self._settlements.run(), self._held.run(), self._webhooks.run())

    def release(self) -> None:
        """Ends every response that is kept open. Must be called when the sandbox stops."""
        self._held.release()

    async def _refund_status(self, refund: Refund | None) -> Answer:
        if refund is None:
            message = "No such refund was ever seen here."
            raise CallRefused("refund_not_found", message, status=404)
        await self._journal.durable()
        return status_answer(self._books, refund)

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
            raise CallRefused(
                "idempotency_key_reused",
                "This Idempotency-Key was used with another body.",
                status=422,
                field="Idempotency-Key",
                rule="used for one body only",
            )
        await self._journal.durable()
        return first_answer(self._books, known, is_repeat=True)

    async def _meet_fault(self, order: RefundOrder, gone: Gone) -> None:
        """Raises CallRefused if the behavior makes this call fail before anything is booked."""
        behaviour, reference = order.behaviour, order.reference or ""
        refusal = behaviour.refusal
        if refusal is not None and not refusal.is_recorded:
            raise self._temporary_refusal(refusal.raw_code, refusal.message, refusal.http_status)
        if behaviour.fault == "no_answer":
            await self._held.withhold(gone)
            raise CallRefused("gateway_timeout", "The call took too long.", status=504)
        if behaviour.fault == "rate_limited" and self._faults.strikes(reference):
            raise self._temporary_refusal("too_many_requests", "Too many requests; try again later.")
        if behaviour.fault == "error_500" and self._faults.strikes(reference):
            raise CallRefused("internal_error", "The sandbox fails as ordered.", status=500)

    async def _answer_specially(self, refund: Refund, entry: RefundBooked, gone: Gone) -> Answer:
        style = behaviour_of(entry.behaviour).answer
        if style == "after_webhook":
            await self._send_webhooks_now(refund, len(entry.owed))
        elif entry.owed:
            self._send_webhooks(refund, len(entry.owed))
        if style == "never":
            await self._held.withhold(gone)
        if style == "late":
            await self._held.delay()
        return first_answer(self._books, refund)

    def _send_webhooks(self, refund: Refund, copies: int) -> None:
        event = self._books.owed_event(refund.number, BOOKED_STAGE)
        if event is not None:
            self._webhooks.send(event, copies)

    async def _send_webhooks_now(self, refund: Refund, copies: int) -> None:
        event = self._books.owed_event(refund.number, BOOKED_STAGE)
        if event is not None:
            with self._held.counted():
                await self._webhooks.send_now(event)
            self._webhooks.send(event, copies - 1)

    def _close_webhook(self, entry: WebhookClosed) -> None:
        self._books.apply(entry)
        self._journal.append(entry)

    def _check_room(self, behaviour: Behaviour) -> None:
        is_held = behaviour.fault == "no_answer" or behaviour.answer in HELD_STYLES
        if is_held and self._held.is_full:
            raise self._temporary_refusal("too_many_requests", "Too many answers are held open.")
        if behaviour.owes_webhook or self._rules.is_webhook_always:
            self._check_webhook_room()

    def _check_webhook_room(self) -> None:
        if self._webhooks.is_full:
            raise self._temporary_refusal("too_many_requests", "Too many webhooks wait for delivery.")

    def _temporary_refusal(self, code: str, message: str, status: int = 429) -> CallRefused:
        retry_after_s = self._config.retry_after_s
        return CallRefused(code, message, status=status, retry_after_s=retry_after_s)


def house_rules(config: SandboxConfig) -> HouseRules:
    """Returns the part of the configuration that decisions need."""
    return HouseRules(
        delay_ms=config.delay_ms,
        is_webhook_owed=bool(config.webhook_url),
        is_webhook_always=config.webhook_always,
        payment_refunds_max=config.payment_refunds_max,
        refunds_max=config.refunds_max,
    )
