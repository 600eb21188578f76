"""A rebuild beside relays that are stopped anywhere, for however long: nothing is lost, nothing counts twice."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.adapters.shop import SteppedClock
from tests.support.adapters.stoppable import Stoppable, StoppableRelay, result_of
from tests.support.examples import examples
from tests.support.payments.paper_shop import PaperShop, held, recount
from tests.support.payments.payment_log import LogFeed, LogWalk

from refunds.adapters.memory.projections.quarantine import MemoryQuarantineStore
from refunds.adapters.memory.projections.read_models import MemoryReadModels
from refunds.ports.projections.read_models import Phase
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models
from refunds.usecases.projections.relay_events import RelayBounds, RelayEvents

CALLS_MAX = 3_000


class World:
    """A shop, the read models of its payments, and two relays."""

    def __init__(self) -> None:
        self.shop = PaperShop()
        self.models = MemoryReadModels(moment=self.shop.log.moment)
        self._quarantine_store = MemoryQuarantineStore()
        self.relays = [self.relay(name) for name in "ab"]
        self._numbers = iter([*range(500, 400, -1), *range(501, 900), *range(400)])

    def relay(self, name: str) -> StoppableRelay:
        """A relay that takes over as soon as another does not move."""
        return StoppableRelay(
            RelayEvents(
                feed=Stoppable(LogFeed(self.shop.log, changes_max=3)),
                models=Stoppable(self.models),
                scan=Stoppable(LogWalk(self.shop.log)),
                quarantine_store=Stoppable(self._quarantine_store),
                clock=SteppedClock(),
                name=name,
                bounds=RelayBounds(
                    scanned_payments_max=2,
                    empty_takes_before_save=1,
                    polls_before_takeover=1,
                    emptied_documents_max=3,
                    rebuild_steps_max=2,
                    busy_changes_min=3,
                ),
            )
        )

    def sell(self) -> None:
        """A new payment with a refund, and one more step for each refund that exists."""
        payment_id = self.shop.capture(next(self._numbers))
        self.shop.request(payment_id)
        for known in list(self.shop.log.payments):
            self.shop.go_on(known)

    def order(self) -> None:
        """A rebuild."""
        result_of(rebuild_read_models(self.models))

    @property
    def is_done(self) -> bool:
        """True if all changes are applied, no rebuild is under way, and nothing of an earlier generation is left."""
        at = result_of(self.models.position())
        is_told = at.phase is Phase.STREAMING and at.read_to == self.shop.log.moment()
        return is_told and not at.is_building and at.is_spare_empty

    @property
    def generation(self) -> int:
        """The current one."""
        return result_of(self.models.position()).generation

    def run(self, *relays: StoppableRelay) -> int:
        """These by turns until all is done; how many calls each made."""
        for calls in range(CALLS_MAX):
            if self.is_done:
                return calls
            for relay in relays:
                relay.advance()
        raise AssertionError("the relays do not come to an end")

    def end(self) -> None:
        """No relay runs any more."""
        for relay in self.relays:
            relay.end()

    def assert_nothing_lost_nothing_double(self) -> None:
        """List, ledger, roll-ups and audit log equal a count of the log; the spare place is empty."""
        counted = recount(self.shop.log)
        assert held(self.models, self.models.current) == counted
        assert not self.models.spare.rows
        assert not self.models.spare.ledger
        assert not self.models.spare.roll_ups


def a_world() -> World:
    """Both relays run until every change is applied."""
    world = World()
    for _ in range(3):
        world.sell()
    world.run(*world.relays)
    return world


def calls_of_a_rebuild() -> int:
    """How many calls a relay makes from the order to the end of it, with some sales before."""
    world = a_world()
    world.order()
    world.sell()
    calls = world.run(world.relays[0])
    world.end()
    return calls


@pytest.mark.parametrize("calls", range(calls_of_a_rebuild() + 1))
def test_relay_stopped_anywhere_in_a_rebuild_that_another_finishes_spoils_nothing(calls: int) -> None:
    world = a_world()
    stopped, other = world.relays
    world.order()
    world.sell()
    stopped.advance(calls)
    world.sell()
    world.run(other)
    world.sell()

    for _ in range(20):
        stopped.advance()
    world.run(stopped, other)

    assert world.generation == 1
    world.assert_nothing_lost_nothing_double()
    world.end()


@pytest.mark.parametrize("calls", range(0, calls_of_a_rebuild() + 1, 3))
def test_relay_stopped_in_one_rebuild_and_let_go_on_in_the_next_spoils_nothing(calls: int) -> None:
    world = a_world()
    stopped, other = world.relays
    world.order()
    stopped.advance(calls)
    world.run(other)
    world.sell()
    world.order()
    other.advance(7)
    world.sell()

    world.run(stopped, other)

    assert world.generation == 2
    world.assert_nothing_lost_nothing_double()
    world.end()


THINGS = st.sampled_from(["a", "b", "aaaaaaa", "bbbbbbb", "sell", "order", "forget"])


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(THINGS, max_size=80))
def test_whatever_order_things_happen_in_nothing_is_lost_and_nothing_double(things: list[str]) -> None:
    world = World()
    for thing in things:
        if thing == "sell":
            world.sell()
        elif thing == "order":
            world.order()
        elif thing == "forget":
            world.shop.log.forget()
        else:
            for name in thing:
                world.relays["ab".index(name)].advance()
    world.sell()

    world.run(*world.relays)

    world.assert_nothing_lost_nothing_double()
    world.end()


def test_current_generation_is_read_and_updated_while_the_next_is_filled() -> None:
    world = a_world()
    world.order()
    seen = []
    for _ in range(12):
        world.sell()
        world.relays[0].advance(15)
        seen.append(set(held(world.models, world.models.current).rows))

    world.run(world.relays[0])

    assert all(earlier <= later for earlier, later in pairwise(seen))
    assert len(seen[0]) > 0
    world.assert_nothing_lost_nothing_double()
    world.end()
