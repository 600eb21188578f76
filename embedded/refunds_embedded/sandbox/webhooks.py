"""Delivers webhooks, signed by Standard Webhooks; repeats each with growing waits until it is answered 2xx.

The gateway adds webhooks; this module does not decide which are sent.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Protocol

import aiohttp
import msgspec
from standardwebhooks import Webhook

from refunds_embedded.sandbox.books.books import Books, WebhookEvent
from refunds_embedded.sandbox.books.due import DueQueue
from refunds_embedded.sandbox.books.entries import WebhookClosed
from refunds_embedded.sandbox.clock import SandboxClock, real_now_ms
from refunds_embedded.sandbox.config import SandboxConfig
from refunds_embedded.sandbox.http.answers import webhook_body
from refunds_embedded.sandbox.log import log
from refunds_embedded.sandbox.metrics import Metrics

DOUBLINGS_MAX = 30
IDLE_KEY = b"idle"  # never signs: without a URL nothing is sent


class WebhookPost(Protocol):
    """Sends one signed body; returns True if it was answered 2xx. Raises nothing."""

    async def __call__(self, body: bytes, headers: dict[str, str]) -> bool: ...


class Delivery(msgspec.Struct, frozen=True):
    """One delivery of an event, after `attempts` failed attempts."""

    event: WebhookEvent
    attempts: int = 0


class WebhookSender:
    """The waiting deliveries; `run` is the one worker."""

    def __init__(
        self,
        *,
        config: SandboxConfig,
        books: Books,
        clock: SandboxClock,
        metrics: Metrics,
        close: Callable[[WebhookClosed], None],
        post: WebhookPost,
    ) -> None:
        self._config = config
        self._books = books
        self._clock = clock
        self._metrics = metrics
        self._close = close
        self._post = post
        self._signer = Webhook(config.webhook_secret or IDLE_KEY)
        self._queue: DueQueue[Delivery] = DueQueue(clock)
        self._flying: set[asyncio.Task[bool]] = set()
        self._room = asyncio.Semaphore(config.webhook_concurrency_max)

    @property
    def is_full(self) -> bool:
        """True if no more webhooks may wait."""
        return len(self._books.open_webhooks) >= self._config.webhooks_open_max

    def send(self, event: WebhookEvent, copies: int) -> None:
        """Queues the event to be delivered this number of times."""
        for _ in range(copies):
            self._queue.put(self._clock.now_ms(), Delivery(event))

    async def send_now(self, event: WebhookEvent) -> None:
        """Delivers the event once, and returns after the first attempt; if that fails, it is repeated later."""
        await self._deliver(Delivery(event))

    def resume(self) -> None:
        """Queues the webhooks that the books list as undelivered."""
        for (number, stage), copies in self._books.open_webhooks.items():
            event = self._books.owed_event(number, stage)
            if event is not None:
                self.send(event, copies)

    def nudge(self) -> None:
        """Checks again which deliveries are due, because the clock was advanced."""
        self._queue.nudge()

    async def run(self) -> None:
        """Delivers webhooks when they are due, until the task is cancelled; does nothing without a webhook URL."""
        while self._config.webhook_url:
            for delivery in await self._queue.take(self._config.webhook_concurrency_max):
                await self._room.acquire()
                task = asyncio.create_task(self._deliver(delivery))
                self._flying.add(task)
                task.add_done_callback(self._landed)

    def _landed(self, task: "asyncio.Task[bool]") -> None:
        self._flying.discard(task)
        self._room.release()

    async def _deliver(self, delivery: Delivery) -> bool:
        event = delivery.event
        body = webhook_body(self._books, event)
        is_delivered = await self._post(body, self._headers(self._books.event_id(event), body))
        self._metrics.webhooks["delivered" if is_delivered else "failed"] += 1
        if is_delivered:
            self._close(WebhookClosed(number=event.number, stage=event.stage))
        else:
            self._retry(Delivery(event, delivery.attempts + 1))
        return is_delivered

    def _retry(self, delivery: Delivery) -> None:
        event = delivery.event
        if delivery.attempts >= self._config.webhook_attempts_max:
            self._metrics.webhooks["given_up"] += 1
            log("webhook.given_up", event_id=self._books.event_id(event), attempts=delivery.attempts)
            self._close(WebhookClosed(number=event.number, stage=event.stage, is_delivered=False))
            return
        wait_ms = backoff_ms(self._config, delivery.attempts)
        self._queue.put(self._clock.now_ms() + wait_ms, delivery)

    def _headers(self, event_id: str, body: bytes) -> dict[str, str]:
        """Returns the three headers of Standard Webhooks.

        The time is that of the machine's clock, since receivers compare it with their own clock.
        """
        at = datetime.fromtimestamp(real_now_ms() // 1_000, tz=UTC)
        return {
            "content-type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._signer.sign(event_id, at, body.decode()),
        }


def backoff_ms(config: SandboxConfig, attempts: int) -> int:
    """Returns the wait after that many failed attempts (from 1): it doubles each time, up to the longest."""
    doubled = config.webhook_backoff_min_ms << min(attempts - 1, DOUBLINGS_MAX)
    return min(doubled, config.webhook_backoff_max_ms)


def open_session(config: SandboxConfig) -> aiohttp.ClientSession:
    """Returns the HTTP client for webhooks; it keeps and reuses connections."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=config.webhook_concurrency_max),
        timeout=aiohttp.ClientTimeout(total=config.webhook_timeout_ms / 1_000),
    )


def posting(session: aiohttp.ClientSession, url: str) -> WebhookPost:
    """Returns a WebhookPost over HTTP; it does not follow redirects."""

    async def post(body: bytes, headers: dict[str, str]) -> bool:
        try:
            async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                await response.read()
                return HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    return post
