"""Sends hints between processes over SQS, with one standard queue for each kind of hint.

Each call carries up to 10 messages. A receiver deletes a hint from its queue at once. If the receiver dies before it
has done the work, the sweep finds the work later. While SQS is unreachable, hints are dropped without waiting.

A message that is not a hint stays in its queue until SQS moves it to the dead-letter queue.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

import msgspec
from aiobotocore.client import AioBaseClient

from refunds.adapters.aws.clients import AWAY_ERRORS
from refunds.kit.lossy_batcher import LossyBatcher
from refunds.ports.gateway.hints import Hint, HintKind

CALL_MAX = 10
"""Maximum number of messages per call. SQS's quota sets this limit."""

SENDS_AT_ONCE_MAX = 8
BUFFER_MAX = 20_000
AWAY_WAIT_S = 0.5
WAIT_S = 5
"""Seconds that a call waits for a first message. A process that stops has more time than this to end its work."""

Item = TypeVar("Item")


class _Body(msgspec.Struct, frozen=True, omit_defaults=True):
    payment_id: str
    refund_id: str
    merchant_id: str = ""
    gateway: str = ""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Body)


class SqsHints:
    """See `ports.gateway.hints`. `warn` receives the errors and timeouts of AWS calls.

    After a failed send or receive there is a pause of AWAY_WAIT_S seconds.
    """

    def __init__(
        self,
        sqs: AioBaseClient,
        queue_urls: Mapping[HintKind, str],
        warn: Callable[[Exception], None],
        *,
        wait_s: int = WAIT_S,
    ) -> None:
        self._sqs = sqs
        self._queue_urls = queue_urls
        self._warn = warn
        self._wait_s = wait_s
        self._sender: LossyBatcher[Hint] = LossyBatcher(
            send=self._send,
            away_errors=AWAY_ERRORS,
            buffer_max=BUFFER_MAX,
            group_max=CALL_MAX * SENDS_AT_ONCE_MAX,
            away_wait_s=AWAY_WAIT_S,
        )

    @property
    def waiting_count(self) -> int:
        """Returns the number of published hints that still wait to be sent to SQS."""
        return self._sender.waiting_count

    def publish(self, hint: Hint) -> None:
        """See the port."""
        self._sender.add(hint)

    async def _send(self, hints: Sequence[Hint]) -> None:
        calls = [
            self._send_ten(url, ten)
            for kind, url in self._queue_urls.items()
            for ten in _tens([hint for hint in hints if hint.kind is kind])
        ]
        try:
            await _all(calls)
        except AWAY_ERRORS as error:
            self._warn(error)
            raise

    async def _send_ten(self, url: str, hints: Sequence[Hint]) -> None:
        """Sends up to ten hints in one call. A hint that SQS refuses is dropped."""
        entries = [{"Id": str(n), "MessageBody": _text_of(hint)} for n, hint in enumerate(hints)]
        await self._sqs.send_message_batch(QueueUrl=url, Entries=entries)

    async def take(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """See `ports.gateway.hints`.

        If the first call returns 10 messages, further calls run at the same time and do not wait for messages.
        """
        url = self._queue_urls[kind]
        try:
            messages = await self._receive(url, min(CALL_MAX, hints_max), self._wait_s)
            if len(messages) == CALL_MAX:
                counts = [len(ten) for ten in _tens(range(CALL_MAX, hints_max))]
                more = await _all([self._receive(url, count, 0) for count in counts])
                messages = [*messages, *chain.from_iterable(more)]
        except AWAY_ERRORS as error:
            self._warn(error)
            await asyncio.sleep(AWAY_WAIT_S)
            return ()
        taken = [(hint, message) for message in messages if (hint := _hint(kind, message["Body"])) is not None]
        await self._delete(url, [message for _, message in taken])
        return [hint for hint, _ in taken]

    async def _receive(self, url: str, messages_max: int, wait_s: int) -> Sequence[Mapping[str, Any]]:
        answer = await self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=messages_max, WaitTimeSeconds=wait_s)
        messages: Sequence[Mapping[str, Any]] = answer.get("Messages", ())
        return messages

    async def _delete(self, url: str, messages: Sequence[Mapping[str, Any]]) -> None:
        """Deletes received messages. If a message could not be deleted, SQS delivers it again.

        A second delivery does no harm, because hints may be repeated.
        """
        try:
            await _all([self._delete_ten(url, ten) for ten in _tens(messages)])
        except AWAY_ERRORS as error:
            self._warn(error)

    async def _delete_ten(self, url: str, messages: Sequence[Mapping[str, Any]]) -> None:
        entries = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(messages)]
        await self._sqs.delete_message_batch(QueueUrl=url, Entries=entries)

    async def close(self) -> None:
        """Tries for a short time to send the waiting hints. Does not close the SQS client."""
        await self._sender.close()


def _tens(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + CALL_MAX] for start in range(0, len(items), CALL_MAX))


async def _all(calls: Sequence[Awaitable[Item]]) -> Sequence[Item]:
    """Awaits all calls and returns their answers.

    If any call fails, waits until all calls have ended and then raises the first error.
    """
    answers = await asyncio.gather(*calls, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]


def _text_of(hint: Hint) -> str:
    return _encoder.encode(_Body(hint.payment_id, hint.refund_id, hint.merchant_id, hint.gateway)).decode()


def _hint(kind: HintKind, text: str) -> Hint | None:
    try:
        body = _decoder.decode(text)
    except msgspec.DecodeError:
        return None
    return Hint(
        kind=kind,
        payment_id=body.payment_id,
        refund_id=body.refund_id,
        merchant_id=body.merchant_id,
        gateway=body.gateway,
    )
