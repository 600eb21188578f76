"""Sends the requests of a plan in one of two ways. `worker.py` uses this module.

A closed loop sends as fast as answers come. An open loop sends at a fixed rate. In the open loop, latency counts from
the time at which a request was due. This includes any wait for a free connection, so an overloaded server cannot hide
its queue.
"""

import asyncio
import re
from abc import abstractmethod
from collections import Counter, deque
from time import perf_counter

from bench.load.histogram import Histogram
from bench.load.http1 import Connection
from bench.load.plan import SERIAL, LoadPlan

WAITING_MAX = 200_000
RECONNECTS_MAX = 2_000
CAPTURED_MAX = 1_000_000
SAMPLE_CHARS_MAX = 600
_STEP_S = 0.001


class Driver:
    """Sends a plan's requests, counts the answers, reopens lost connections, and ends the sending."""

    def __init__(self, plan: LoadPlan) -> None:
        self.plan = plan
        self.histogram = Histogram()
        self.statuses: Counter[int] = Counter()
        self.captured: list[str] = []
        self.refused_sample = ""
        self.sent = self.answered = self.answered_in_window = 0
        self.timed_out = self.broken = self.dropped = self.in_time = 0
        self.began_s = self.window_s = self.late_max_s = 0.0
        self.is_sending = False
        self.over = asyncio.Event()
        self._connections: set[Connection] = set()
        self._expired: set[Connection] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._reconnects = 0
        self._requests_max = 2**62 if plan.is_repeated else len(plan.requests)
        self._capture = re.compile(plan.capture.encode()) if plan.capture else None

    @abstractmethod
    def start(self) -> None:
        """Sends the requests that are due now, and plans the later ones."""

    @abstractmethod
    def on_free(self, connection: Connection) -> None:
        """Called if `connection` can take another request."""

    async def connect_all(self) -> None:
        """Opens all connections of the plan. No request is sent before all connections are open."""
        for _ in range(self.plan.connections):
            await self._connect()

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: Connection(self), self.plan.host, self.plan.port)
        self._connections.add(connection)
        return connection

    def begin(self) -> None:
        """Begins to send requests."""
        self.is_sending = True
        self.began_s = perf_counter()
        self.start()

    def end(self) -> None:
        """Stops sending requests, but still waits for missing answers."""
        if self.is_sending:
            self.is_sending = False
            self.window_s = perf_counter() - self.began_s
            self.answered_in_window = self.answered
        self._check_over()

    @property
    def due(self) -> int:
        """Returns the number of requests that should have been sent by now."""
        return self.sent

    def connections(self) -> list[Connection]:
        """Returns the connections that are open."""
        return list(self._connections)

    def send_next(self, connection: Connection, since_s: float) -> None:
        """Sends the next request of the plan. After the last request, sending ends."""
        requests = self.plan.requests
        request = requests[self.sent % len(requests)]
        if self.plan.is_numbered:
            request = request.replace(SERIAL, b"%08d" % self.sent)
        connection.send(request, since_s)
        self.sent += 1
        if self.sent >= self._requests_max:
            self.end()

    def on_answer(self, connection: Connection, status: int, body: bytes) -> None:
        """Counts the answer and lets the connection take another request."""
        took_s = perf_counter() - connection.since_s
        self.histogram.record(took_s)
        self.statuses[status] += 1
        if 200 <= status < 300 and took_s <= self.plan.deadline_s:
            self.in_time += 1
        self.answered += 1
        if not 200 <= status < 300:
            self.refused_sample = self.refused_sample or _text(status, body)
        elif self._capture is not None and len(self.captured) < CAPTURED_MAX:
            found = self._capture.search(body)
            if found is not None:
                self.captured.append(found[1].decode())
        self.on_free(connection)
        if not self.is_sending:
            self._check_over()

    def on_lost(self, connection: Connection) -> None:
        """Counts the request that was lost with the connection, if any, and opens another connection."""
        self._connections.discard(connection)
        if connection.is_busy:
            if connection in self._expired:
                self.timed_out += 1
            else:
                self.broken += 1
        self._expired.discard(connection)
        if self.is_sending and self._reconnects < RECONNECTS_MAX:
            self._reconnects += 1
            task = asyncio.get_running_loop().create_task(self._reopen())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)
        elif not self._connections:
            self.end()
        self._check_over()

    async def _reopen(self) -> None:
        try:
            connection = await self._connect()
        except OSError:
            if not self._connections:
                self.end()
            return
        self.on_free(connection)

    def expire(self) -> None:
        """Closes the connections whose answer is overdue."""
        oldest_s = perf_counter() - self.plan.timeout_s
        for connection in self.connections():
            if connection.is_busy and connection.since_s < oldest_s:
                self._expired.add(connection)
                connection.close()

    def give_up(self) -> None:
        """Does nothing, because a closed loop has no requests that wait. Called when the load ends."""

    def is_waiting(self) -> bool:
        """Returns whether any request that was due has not been sent yet."""
        return False

    def _check_over(self) -> None:
        if self.is_sending or (self.is_waiting() and self._connections):
            return
        if not any(connection.is_busy for connection in self._connections):
            self.over.set()


class ClosedLoop(Driver):
    """Lets each connection send again as soon as it has its answer."""

    def start(self) -> None:
        """Sends a request on every connection."""
        for connection in self.connections():
            if self.is_sending:
                self.on_free(connection)

    def on_free(self, connection: Connection) -> None:
        """Sends the next request at once."""
        if self.is_sending:
            self.send_next(connection, perf_counter())


class OpenLoop(Driver):
    """Sends requests at a fixed rate, however fast the server answers."""

    def __init__(self, plan: LoadPlan) -> None:
        super().__init__(plan)
        assert plan.rate_per_s is not None
        self._gap_s = 1.0 / plan.rate_per_s
        self._due = 0
        self._free: list[Connection] = []
        self._waiting: deque[float] = deque()

    def start(self) -> None:
        """Takes the first step. Each step sends the requests that are due, and plans the next step."""
        self._free = self.connections()
        self._step()

    def _step(self) -> None:
        now = perf_counter()
        while self.is_sending and self._due < self._requests_max:
            due_s = self.began_s + self._due * self._gap_s
            if due_s > now:
                break
            self._due += 1
            self._admit(due_s)
        if self.is_sending:
            next_due_s = self.began_s + self._due * self._gap_s
            pause_s = max(_STEP_S, next_due_s - perf_counter())
            asyncio.get_running_loop().call_later(pause_s, self._step)

    def _admit(self, due_s: float) -> None:
        if self._free:
            self._send(self._free.pop(), due_s)
        elif len(self._waiting) < WAITING_MAX and not self.plan.is_dropped_if_busy:
            self._waiting.append(due_s)
        else:
            self.dropped += 1

    def on_free(self, connection: Connection) -> None:
        """Sends the request that has waited longest. If none waits, keeps the connection as free."""
        if self._waiting:
            self._send(connection, self._waiting.popleft())
        else:
            self._free.append(connection)

    def _send(self, connection: Connection, due_s: float) -> None:
        self.late_max_s = max(self.late_max_s, perf_counter() - due_s)
        self.send_next(connection, due_s)

    def on_lost(self, connection: Connection) -> None:
        """Removes a lost connection from the free ones. Then does what `Driver.on_lost` does."""
        if connection in self._free:
            self._free.remove(connection)
        super().on_lost(connection)

    @property
    def due(self) -> int:
        """Returns the number of requests that were due by now, including those that wait for a free connection."""
        return self._due

    def is_waiting(self) -> bool:
        """Returns whether any request waits for a free connection."""
        return bool(self._waiting)

    def give_up(self) -> None:
        """Counts the requests that never got a connection as dropped."""
        self.dropped += len(self._waiting)
        self._waiting.clear()


def driver_of(plan: LoadPlan) -> Driver:
    """Returns a closed loop if the plan has no rate, or else an open loop."""
    return ClosedLoop(plan) if plan.rate_per_s is None else OpenLoop(plan)


def _text(status: int, body: bytes) -> str:
    return f"{status} {body.decode(errors='replace')}"[:SAMPLE_CHARS_MAX]
