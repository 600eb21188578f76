"""Gives one situation its own callers and the faults that it may cause.

Every fault ends when the hours of the simulation end, at the latest. No fault begins afterwards.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from refunds.adapters.memory.projections.positions import POSITIONS
from refunds.adapters.mongo.projections.offsets import POSITION_ID
from refunds.domain.payment.payment import Payment
from refunds.ports.projections.read_models import Position
from refunds_simulation.callers.requests import Desk, Purchase
from refunds_simulation.callers.stage import Stage
from refunds_simulation.machine.host import Host
from refunds_simulation.product.arranged_gateway import ArrangedGateway
from refunds_simulation.product.services import Api, Reporting

if TYPE_CHECKING:
    from refunds_simulation.world.world import World

Undo = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`stage` has the random stream of this situation."""

    world: "World"
    stage: Stage

    @property
    def is_over(self) -> bool:
        """Returns True after the hours of the simulation, when no fault may begin any more."""
        return self.world.are_faults_over

    async def until(self, is_so: Callable[[], bool], within_s: float, look_s: float = 5.0) -> bool:
        """Waits until `is_so` returns True. Returns False if this takes longer than `within_s` seconds, else True."""
        loop = self.world.loop
        end_s = loop.time() + within_s
        while not is_so():
            if loop.time() >= end_s:
                return False
            await asyncio.sleep(look_s)
        return True

    # --- callers

    def apis(self) -> list[Host[Api]]:
        """Returns the two api processes, in a random order."""
        found = self.world.of_kind("api")
        return self.stage.seeded_random.sample(found, len(found))

    def desk_at(self, host: Host[Api], name: str, purchase: Purchase) -> Desk:
        """Returns the desk of a caller whose requests all reach this process."""
        return replace(self.stage.desk(name, purchase.merchant), apis=[host])

    def payment(self, purchase: Purchase) -> Payment:
        """Returns the stored payment of a purchase."""
        return self.world.servers.database.payments.local[purchase.payment_id].payment

    def gateway(self, purchase: Purchase) -> ArrangedGateway:
        """Returns the gateway of a purchase."""
        return self.world.servers.gateways[purchase.gateway].server

    # --- readers

    def position(self) -> Position:
        """Returns the stored position of the reader that keeps the read models, as the primary has it."""
        found: Position = self.world.servers.database.tables[POSITIONS].local[POSITION_ID]
        return found

    def leader(self) -> Host[Reporting] | None:
        """Returns the reporting-engine that leads the relay, if one does."""
        hosts = self.world.of_kind("reporting")
        return next((host for host in hosts if host.service is not None and host.service.relay.is_leading), None)

    # --- faults

    def lag(self, lag_s: float) -> Undo:
        """Lets the secondaries lag; returns the function that ends it."""
        if self.is_over:
            return lambda: None
        self.world.lag_s = lag_s

        def fast() -> None:
            self.world.lag_s = 0.0

        return self.world.lasting(fast)

    def fail_over(self) -> None:
        """Another member of the database becomes the primary."""
        if not self.is_over:
            self.world.fail_over()

    def crash(self, hosts: Iterable[Host[Any]]) -> None:
        """The processes crash; they are restarted later."""
        for host in hosts if not self.is_over else ():
            host.crash()

    def rebuild(self) -> None:
        """An operator orders a rebuild of the read models."""
        if not self.is_over:
            self.world.rebuild()

    def unreadable(self, purchases: Iterable[Purchase]) -> Undo:
        """Readers cannot read these payments; returns the function that ends it."""
        odd, payment_ids = self.world.servers.database.unreadable, [each.payment_id for each in purchases]
        odd.update(dict.fromkeys(payment_ids if not self.is_over else ()))

        def readable() -> None:
            for payment_id in payment_ids:
                odd.pop(payment_id, None)

        return self.world.lasting(readable)

    def pause_at(self, host: Host[Any], operation: str, calls_before: int) -> tuple[Callable[[], bool], Undo]:
        """Pauses the process at a call of `operation`, after `calls_before` earlier calls of it.

        Returns two functions. The first returns whether the process is paused. The second resumes the process.
        """
        paused: list[Undo] = []

        def pause() -> None:
            if not self.is_over:
                paused.append(self.world.pause(host))

        def undo() -> None:
            self.world.at_no_call(host)
            for each in paused:
                each()

        if not self.is_over:
            self.world.at_call(host, calls_before, pause, operation)
        return lambda: bool(paused), self.world.lasting(undo)
