"""What falls due on the sandbox's clock, and answers that are held open."""

import asyncio
from pathlib import Path

import pytest
from sandbox_makers import NOON_MS, make_books, make_config

from refunds_embedded.sandbox.books.due import DueQueue
from refunds_embedded.sandbox.books.entries import RefundBooked, WebhookClosed
from refunds_embedded.sandbox.books.held import HeldAnswers
from refunds_embedded.sandbox.clock import SandboxClock
from refunds_embedded.sandbox.http.answers import webhook_body
from refunds_embedded.sandbox.metrics import Metrics
from refunds_embedded.sandbox.webhooks import WebhookSender, backoff_ms

TIMEOUT_S = 5


def _still_clock() -> SandboxClock:
    return SandboxClock(lambda: NOON_MS)


def test_clock_never_runs_backwards() -> None:
    readings = iter([100, 90, 110])
    clock = SandboxClock(lambda: next(readings))

    assert [clock.now_ms() for _ in range(3)] == [100, 100, 110]


def test_earliest_thing_is_due_first() -> None:
    async def taken() -> list[str]:
        clock = _still_clock()
        queue: DueQueue[str] = DueQueue(clock)
        queue.put(NOON_MS - 1, "second")
        queue.put(NOON_MS - 2, "first")
        queue.put(NOON_MS + 1, "later")
        return await queue.take(10)

    assert asyncio.run(taken()) == ["first", "second"]


def test_advanced_clock_makes_a_waiting_thing_due() -> None:
    async def taken() -> list[str]:
        clock = _still_clock()
        queue: DueQueue[str] = DueQueue(clock)
        queue.put(NOON_MS + 3_600_000, "later")
        taking = asyncio.create_task(queue.take(10))
        await asyncio.sleep(0)
        clock.advance(3_600_000)
        queue.nudge()
        return await asyncio.wait_for(taking, TIMEOUT_S)

    assert asyncio.run(taken()) == ["later"]


def test_withheld_answer_ends_when_the_caller_is_gone() -> None:
    async def counts() -> list[int]:
        held = HeldAnswers(_still_clock(), delay_ms=1, hold_ms=600_000, held_max=1)
        gone = asyncio.Event()

        async def hung_up() -> None:
            await gone.wait()

        holding = asyncio.create_task(held.withhold(hung_up))
        await asyncio.sleep(0)
        during, is_full = held.count, held.is_full
        gone.set()
        await asyncio.wait_for(holding, TIMEOUT_S)
        return [during, int(is_full), held.count]

    assert asyncio.run(counts()) == [1, 1, 0]


def test_stopping_lets_go_of_every_waiting_answer() -> None:
    async def count_after_release() -> int:
        held = HeldAnswers(_still_clock(), delay_ms=600_000, hold_ms=600_000, held_max=9)

        async def never() -> None:
            await asyncio.Event().wait()

        holding = asyncio.gather(held.withhold(never), held.delay())
        await asyncio.sleep(0)
        held.release()
        await asyncio.wait_for(holding, TIMEOUT_S)
        return held.count

    assert asyncio.run(count_after_release()) == 0


@pytest.mark.parametrize(("attempts", "wait_ms"), [(1, 200), (2, 400), (3, 800), (90, 10_000)])
def test_wait_between_deliveries_doubles_up_to_the_longest(attempts: int, wait_ms: int) -> None:
    assert backoff_ms(make_config(), attempts) == wait_ms


def test_webhook_is_given_up_after_its_last_attempt() -> None:
    async def closed() -> WebhookClosed:
        books, closings = make_books(), asyncio.Queue[WebhookClosed]()
        refund = books.book(
            RefundBooked(
                number=1,
                gateway_payment_id="gp_1",
                amount=1,
                currency="USD",
                captured_amount=1,
                behaviour="tok_webhook_first",
                status="succeeded",
                at_ms=NOON_MS,
                owed=("refund.succeeded",),
            )
        )
        sender = WebhookSender(
            config=make_config(Path("unused"), WEBHOOK_ATTEMPTS_MAX="2", WEBHOOK_BACKOFF_MIN_MS="1"),
            books=books,
            clock=SandboxClock(),
            metrics=Metrics(),
            close=closings.put_nowait,
            post=_refusing,
        )
        event = books.owed_event(refund.number, 0)
        assert event is not None
        assert b'"reference":null' in webhook_body(books, event)
        sender.resume()
        running = asyncio.create_task(sender.run())
        entry = await asyncio.wait_for(closings.get(), TIMEOUT_S)
        running.cancel()
        return entry

    assert not asyncio.run(closed()).is_delivered


async def _refusing(body: bytes, headers: dict[str, str]) -> bool:
    return False
