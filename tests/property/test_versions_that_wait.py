"""Whatever cannot be read for a while, and whichever relay leads: in the end, read models and audit log hold all once.

The oracle counts the log of what was written, by what each kind of event means; see
`tests.support.payments.paper_shop`.
"""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.copies import replace
from tests.support.examples import examples
from tests.support.payments.paper_shop import PaperShop, held, recount
from tests.support.payments.payment_log import LogFeed, LogWalk, PaymentLog

from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.memory.projections.quarantine import MemoryQuarantineStore
from refunds.adapters.memory.projections.read_models import MemoryReadModels
from refunds.ports.payments.payment_scan import ScannedPage, Unreadable
from refunds.ports.projections.feed import FeedBatch
from refunds.ports.projections.quarantine import QuarantineFull
from refunds.ports.projections.read_models import Phase, Position
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models
from refunds.usecases.projections.relay_events import RelayBounds, RelayEvents

PAYMENTS = 2
RELAYS = ("a", "b")
STEPS_MAX = 300

WRITES = ("write", "garble", "garble_and_break")
STEPS = {"step": 1, "steps": 6}
OTHERS = ("break", "mend", "die", "wait", "forget", "rebuild")

happenings = st.lists(
    st.tuples(
        st.sampled_from([*WRITES, "write", *STEPS, "steps", "steps", *OTHERS]),
        st.integers(0, PAYMENTS - 1),
    ),
    min_size=10,
    max_size=60,
)


class BrokenLog:
    """The log with versions that cannot be read in the stream, and payments that cannot be read at all."""

    def __init__(self) -> None:
        self.log = PaymentLog()
        self.garbled: set[tuple[str, int]] = set()
        self.broken: set[str] = set()

    async def page(self, payment_id: str, payments_max: int, not_before: int = 0) -> ScannedPage:
        """See `ports.payments.payment_scan`."""
        return self._as_read(await LogWalk(self.log).page(payment_id, payments_max, not_before))

    async def page_of(self, payment_ids: Sequence[str]) -> ScannedPage:
        """See `ports.payments.payment_scan`."""
        return self._as_read(await LogWalk(self.log).page_of(payment_ids))

    def _as_read(self, page: ScannedPage) -> ScannedPage:
        unreadable = [Unreadable(payment_id=p.id, reason="broken") for p in page.stored if p.id in self.broken]
        return replace(page, stored=[p for p in page.stored if p.id not in self.broken], unreadable=unreadable)


class BrokenFeed:
    """The stream of a broken log, a few changes at a time."""

    def __init__(self, log: BrokenLog) -> None:
        self._log = log

    async def take(self, after: Position) -> FeedBatch:
        """See `ports.projections.feed`."""
        batch = await LogFeed(self._log.log, changes_max=3).take(after)
        lost = [c.payment_id for c in batch.changes if (c.payment_id, c.version) in self._log.garbled]
        kept = [c for c in batch.changes if (c.payment_id, c.version) not in self._log.garbled]
        return replace(batch, changes=kept, unreadable=list(dict.fromkeys(lost)))


class Site:
    """Payments, read models, and relays that die and begin anew."""

    def __init__(self, kept_max: int) -> None:
        self.broken = BrokenLog()
        self.shop = PaperShop(self.broken.log)
        self.models = MemoryReadModels(moment=self.broken.log.moment)
        self.quarantine_store = MemoryQuarantineStore(kept_max=kept_max)
        self.clock = FixedClock()
        self.payments = [self.shop.capture(number) for number in range(PAYMENTS)]
        self.relays = [self.relay(name) for name in RELAYS]

    def relay(self, name: str) -> RelayEvents:
        """One that has just started."""
        bounds = RelayBounds(
            scanned_payments_max=2, empty_takes_before_save=1, polls_before_takeover=0, retried_payments_max=1
        )
        return RelayEvents(
            feed=BrokenFeed(self.broken),
            models=self.models,
            scan=self.broken,  # type: ignore[arg-type]
            quarantine_store=self.quarantine_store,
            clock=self.clock,
            name=name,
            bounds=bounds,
        )

    async def do(self, action: str, number: int) -> None:
        """One thing happens."""
        payment_id = self.payments[number]
        if action in WRITES:
            self.write(payment_id, action)
        elif action in STEPS:
            for _ in range(STEPS[action]):
                await self.step(self.relays[number])
        elif action == "rebuild":
            await rebuild_read_models(self.models)
        else:
            self.disturb(action, payment_id, number)
        self.check_order()

    def write(self, payment_id: str, action: str) -> None:
        """A version, which perhaps arrives garbled, in a payment that perhaps cannot be read any more."""
        self.shop.go_on(payment_id)
        if action != "write":
            self.broken.garbled.add((payment_id, self.broken.log.payments[payment_id].version))
        if action == "garble_and_break":
            self.broken.broken.add(payment_id)

    def disturb(self, action: str, payment_id: str, number: int) -> None:
        """Something befalls a payment, a relay or the log."""
        match action:
            case "break":
                self.broken.broken.add(payment_id)
            case "mend":
                self.broken.broken.discard(payment_id)
            case "die":
                self.relays[number] = self.relay(RELAYS[number])
            case "forget":
                self.broken.log.forget()
            case _:
                self.clock.advance(minutes=6)

    async def step(self, relay: RelayEvents) -> None:
        """A step; a relay with a full quarantine stops, and loses nothing."""
        try:
            await relay()
        except QuarantineFull:
            return

    def check_order(self) -> None:
        """No version of a payment is published before an earlier one, and none twice."""
        told: dict[str, list[int]] = {}
        for entry in self.models.audit:
            told.setdefault(entry.subject, []).append(entry.version)
        for versions in told.values():
            assert versions == list(range(1, len(versions) + 1))

    async def end(self) -> None:
        """All payments are readable again; one relay continues until nothing is left."""
        self.broken.broken.clear()
        last = self.relay("last")
        for _ in range(STEPS_MAX):
            self.clock.advance(minutes=6)
            await self.step(last)
            await self.step(last)
            position = await self.models.position()
            is_at_end = position.phase is Phase.STREAMING and position.read_to >= self.broken.log.moment()
            if is_at_end and not await self.quarantine_store.ids():
                return
        raise AssertionError("the relay does not catch up")


@settings(max_examples=examples(300), deadline=None)
@given(happenings, st.sampled_from([3, 1000]))
async def test_all_is_applied_once_and_in_order_whatever_could_not_be_read(
    happened: list[tuple[str, int]], kept_max: int
) -> None:
    site = Site(kept_max)

    for action, number in happened:
        await site.do(action, number)
    await site.end()

    assert held(site.models, site.models.current) == recount(site.broken.log)
    site.check_order()
