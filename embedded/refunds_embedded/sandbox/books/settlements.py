"""Changes the status of refunds after a delay.

A pending refund succeeds or fails, and a succeeded refund fails. The gateway adds each refund whose status must change.
When the change is due, it is booked and its webhooks are sent.
"""

from collections.abc import Callable, Sequence

from refunds_embedded.sandbox.behaviours import behaviour_of
from refunds_embedded.sandbox.books.books import SETTLED_STAGE, Books, WebhookEvent
from refunds_embedded.sandbox.books.decisions import HouseRules, decide_settlement
from refunds_embedded.sandbox.books.due import DueQueue
from refunds_embedded.sandbox.books.journal import Journal
from refunds_embedded.sandbox.clock import SandboxClock

SETTLEMENTS_AT_ONCE_MAX = 500


class Settlements:
    """The refunds that wait for their delay. One task must call `run`."""

    def __init__(
        self,
        *,
        books: Books,
        journal: Journal,
        clock: SandboxClock,
        rules: HouseRules,
        send: Callable[[WebhookEvent, int], None],
    ) -> None:
        self._books = books
        self._journal = journal
        self._clock = clock
        self._rules = rules
        self._send = send
        self._queue: DueQueue[int] = DueQueue(clock)

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, due_ms: int, number: int) -> None:
        """Adds the refund with this number. It is settled at `due_ms`."""
        self._queue.put(due_ms, number)

    def resume(self) -> None:
        """Adds all refunds in the books whose status must still change. Must be called after a restart."""
        for refund in self._books.refunds:
            if refund.due_ms is not None:
                self.put(refund.due_ms, refund.number)

    async def settle_due(self) -> None:
        """Settles all refunds that are due now. When the method returns, the changes are on disk."""
        while due := self._queue.pop_due(SETTLEMENTS_AT_ONCE_MAX):
            await self._settle(due)
        await self._journal.durable()
        self._queue.nudge()

    async def run(self) -> None:
        """Settles refunds when they are due. Runs until the task is canceled."""
        while True:
            await self._settle(await self._queue.take(SETTLEMENTS_AT_ONCE_MAX))

    async def _settle(self, numbers: Sequence[int]) -> None:
        owed = [(number, self._book(number)) for number in numbers]
        await self._journal.durable()
        for number, copies in owed:
            event = self._books.owed_event(number, SETTLED_STAGE)
            if event is not None:
                self._send(event, copies)

    def _book(self, number: int) -> int:
        """Books the status change of one refund. Returns how many times the webhook about it must be delivered."""
        refund = self._books.refund(number)
        behaviour = behaviour_of(refund.behaviour)
        entry = decide_settlement(refund, behaviour, self._rules, self._clock.now_ms())
        self._books.settle(entry)
        self._journal.append(entry)
        return len(entry.owed)
