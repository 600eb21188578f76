"""The simulated database, which all simulated processes share. Its documents survive the end of a process.

The memory adapters call the database. The database behaves like a MongoDB replica set. A write is on the primary at
once. After `lag_s` seconds a majority has stored the write, and only then is the write acknowledged. A fail-over
removes the writes that no majority has stored.

Documents are immutable, so they are shared and never copied. There is one event loop. Every method runs without a
pause, except `acknowledged`, which waits.
"""

import asyncio
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from refunds.adapters.memory.audit.audit_table import AuditTable
from refunds.adapters.memory.channel import Listeners
from refunds.adapters.memory.documents import Table
from refunds.adapters.memory.line import LineLost
from refunds.adapters.memory.payments.payment_table import PaymentTable
from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.clock import Clock
from refunds.ports.projections.feed import HistoryLost

NAMES = (
    "tenants",
    "parameter_values",
    "versions",
    "bulk_files",
    "unread_webhooks",
    "positions",
    "refund_list",
    "refund_list_odd",
    "rollups",
    "rollups_odd",
    "ledger_entries",
    "ledger_entries_odd",
    "audit_heads",
    "set_aside",
)


_BEGINNING = datetime.fromtimestamp(0, UTC)


class Put(NamedTuple):
    """A document to store. If `value` is None, the document is deleted."""

    table: Table[Any]
    key: str
    value: Any


class _Written(NamedTuple):
    """One entry in the log of writes."""

    moment: int
    table: Table[Any]
    key: str
    before: Any
    after: Any


def no_lag() -> float:
    """Returns a lag of 0 seconds, so a majority stores every write at once."""
    return 0.0


class MemoryDatabase:
    """Holds all collections, the log of writes, and the last write that a majority has stored.

    Readers of the feed cannot read the payments in `unreadable` or the changes of these payments. The read models
    refuse rows of the payments in `unfit`. Both sets may change at any time. `listeners` wake up each time a majority
    has stored another change of a payment.

    A moment is the database's logical time, an integer in MongoDB's format. The upper bits are seconds since 1970 by
    `clock`, and the lower 32 bits are a counter. `lag_s` is called at every write and returns seconds.
    """

    def __init__(self, clock: Clock | None = None, lag_s: Callable[[], float] = no_lag) -> None:
        self._clock = clock
        self._lag_s = lag_s
        self.payments = PaymentTable("payments")
        self.audit_log = AuditTable("audit_log")
        self.tables: dict[str, Table[Any]] = {name: Table(name) for name in NAMES}
        self.tables[self.audit_log.name] = self.audit_log
        self.unreadable: dict[str, None] = {}
        self.unfit: dict[str, None] = {}
        self.term = 1
        self._log: deque[_Written] = deque()
        self._last = 1
        self._known_now = (_BEGINNING, 0)
        self._majority = 1
        self._forgotten = 0
        self._changed_at: list[int] = []
        self._changes: list[PaymentChange] = []
        self._unacknowledged: deque[tuple[int, asyncio.Future[None]]] = deque()
        self.listeners = Listeners()

    def moment(self) -> int:
        """Returns the primary's current logical time, which advances even if nothing is written."""
        self._last = max(self._last, self._now())
        if not self._log:
            self._majority = self._last
        return self._last

    def changes_until(self) -> int:
        """Returns the logical time of the last change that a majority has stored. Returns 0 if there is none."""
        return self._changed_at[-1] if self._changed_at else 0

    def earliest_due(self) -> datetime | None:
        """Returns the earliest time at which a refund needs work, or None if no work is planned. Reads the primary."""
        return self.payments.due.earliest()

    def write(self, puts: Sequence[Put]) -> int:
        """Stores documents on the primary without a pause between them. Returns the logical time of the last write."""
        if not puts:
            return self._last
        lag_s = self._lag_s()
        for put in puts:
            self._last = self._next()
            before = put.table.put(put.key, put.value)
            self._log.append(_Written(self._last, put.table, put.key, before, put.value))
        if lag_s > 0:
            asyncio.get_running_loop().call_later(lag_s, self._follow, self._last)
        else:
            self._follow(self._last)
        return self._last

    def _next(self) -> int:
        return max(self._last + 1, self._now())

    def _now(self) -> int:
        if self._clock is None:
            return 0
        now = self._clock.now()
        if now is not self._known_now[0]:
            self._known_now = (now, int(now.timestamp()) << 32)
        return self._known_now[1]

    def _follow(self, moment: int) -> None:
        """Marks all writes up to the logical time `moment` as stored by a majority."""
        is_changed = False
        while self._log and self._log[0].moment <= moment:
            written = self._log.popleft()
            written.table.put_majority(written.key, written.after)
            change = written.table.change_of(written.before, written.after)
            if change is not None:
                self._changed_at.append(written.moment)
                self._changes.append(change)
                is_changed = True
        self._majority = max(self._majority, moment if self._log else self._last)
        while self._unacknowledged and self._unacknowledged[0][0] <= self._majority:
            _settle(self._unacknowledged.popleft()[1])
        if is_changed:
            self.listeners.wake()

    async def acknowledged(self, moment: int) -> None:
        """Waits until a majority has stored all writes up to the logical time `moment`.

        Raises LineLost if a fail-over happens first.
        """
        if moment > self._majority:
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._unacknowledged.append((moment, waiting))
            await waiting

    def fail_over(self) -> int:
        """Makes another member the primary. Removes the writes that no majority has stored, and returns their number.

        The callers that wait for these writes get LineLost.
        """
        self.term += 1
        gone = len(self._log)
        while self._log:
            written = self._log.pop()
            written.table.put(written.key, written.before)
        self._last = self._majority = self._next()
        unanswered, self._unacknowledged = self._unacknowledged, deque()
        for _, waiting in unanswered:
            if not waiting.done():
                waiting.set_exception(LineLost())
        return gone

    def changes_after(self, moment: int, changes_max: int) -> tuple[Sequence[PaymentChange], int]:
        """Returns the changes of payments after `moment`, in order, and the logical time up to which they were read.

        Only changes that a majority has stored are returned, and at most `changes_max` of them. Raises HistoryLost if
        `forget_history` removed changes after `moment`.
        """
        if moment < self._forgotten:
            raise HistoryLost
        self.moment()
        first = bisect_right(self._changed_at, moment)
        found = self._changes[first : first + changes_max]
        is_all = first + len(found) == len(self._changes)
        return found, max(moment, self._majority if is_all else self._changed_at[first + len(found) - 1])

    def forget_history(self) -> None:
        """Makes all changes so far unavailable to `changes_after`."""
        self._forgotten = self._majority

    def changes(self) -> Iterator[PaymentChange]:
        """Returns an iterator over all changes of payments that a majority has stored, in order."""
        return iter(self._changes)

    def stored_changes(self) -> Iterator[tuple[datetime, PaymentChange]]:
        """Returns an iterator over the changes that `changes` returns, each with its time.

        The time is when the primary stored the change, in whole seconds.
        """
        return ((time_of(moment), change) for moment, change in zip(self._changed_at, self._changes, strict=True))


def time_of(moment: int) -> datetime:
    """Converts a logical time to a time in UTC, in whole seconds."""
    return datetime.fromtimestamp(moment >> 32, UTC)


def _settle(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_result(None)
