"""Delivers webhooks, signed as Standard Webhooks requires.

A failed delivery is repeated after growing waits. The repeats end with a 2xx answer or at the limit of attempts. The
gateway decides which webhooks are sent.
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
    """Sends one signed body. Returns True if the receiver answered with a 2xx status. Raises nothing."""

    async def __call__(self, body: bytes, headers: dict[str, str]) -> bool: ...


class Delivery(msgspec.Struct, frozen=True):
    """An event to deliver. `attempts` counts the attempts that have failed."""

    event: WebhookEvent
    attempts: int = 0


class WebhookSender:
    """Keeps each delivery of a webhook until it is due, then delivers it.

    Deliveries are made only while `run` is running.
    """

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
        """Returns True if as many webhooks are undelivered as the configuration allows."""
        return len(self._books.open_webhooks) >= self._config.webhooks_open_max

    def send(self, event: WebhookEvent, copies: int) -> None:
        """Queues `copies` deliveries of the event, which are due at once."""
        for _ in range(copies):
            self._queue.put(self._clock.now_ms(), Delivery(event))

    async def send_now(self, event: WebhookEvent) -> None:
        """Makes the first attempt to deliver the event. If the attempt fails, queues another attempt."""
        await self._deliver(Delivery(event))

    def resume(self) -> None:
        """Queues the webhooks that are undelivered according to the books."""
        for (number, stage), copies in self._books.open_webhooks.items():
            event = self._books.owed_event(number, stage)
            if event is not None:
                self.send(event, copies)

    def nudge(self) -> None:
        """Checks again which deliveries are due. Must be called after the clock was advanced."""
        self._queue.nudge()

    async def run(self) -> None:
        """Delivers webhooks when they are due, until the task is canceled. Returns at once if no webhook URL is set."""
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
        """Returns the headers that Standard Webhooks requires.

        The timestamp comes from the machine's clock, because receivers compare it with their own clock.
        """
        at = datetime.fromtimestamp(real_now_ms() // 1_000, tz=UTC)
        return {
            "content-type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._signer.sign(event_id, at, body.decode()),
        }


def backoff_ms(config: SandboxConfig, attempts: int) -> int:
    """Returns the wait after `attempts` failed attempts, which must be at least 1.

    The wait doubles with each attempt, up to `webhook_backoff_max_ms`.
    """
    doubled = config.webhook_backoff_min_ms << min(attempts - 1, DOUBLINGS_MAX)
    return min(doubled, config.webhook_backoff_max_ms)


def open_session(config: SandboxConfig) -> aiohttp.ClientSession:
    """Returns the HTTP client for webhooks. The client keeps connections open and reuses them."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=config.webhook_concurrency_max),
        timeout=aiohttp.ClientTimeout(total=config.webhook_timeout_ms / 1_000),
    )


def posting(session: aiohttp.ClientSession, url: str) -> WebhookPost:
    """Returns a function that posts webhooks to `url`. Redirects are not followed."""

    async def post(body: bytes, headers: dict[str, str]) -> bool:
        try:
            async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                await response.read()
                return HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    return post
