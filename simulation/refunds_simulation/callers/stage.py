"""Gives each script its tenants, gateways, desks and random stream. A desk makes requests for one caller."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from refunds.domain.payment.payment import LineItem
from refunds.domain.tenancy import Principal, Tenant
from refunds.usecases.settings.set_parameter import SetParameter
from refunds_simulation.callers.insisting import Caller
from refunds_simulation.callers.requests import Desk, Purchase, some_days_before
from refunds_simulation.machine.host import Host, TrueClock
from refunds_simulation.product.screens import Screens

LINED = 0.15
"""Share of purchases that have line items."""

TOO_OLD = timedelta(days=200)
"""An age at which a payment is too old for a refund."""

CURRENCIES = ("USD", "USD", "EUR", "JPY", "KWD")
APPROVAL_FROM = {"USD": 100_000, "EUR": 100_000, "JPY": 150_000, "KWD": 300_000}
"""Approximate approval limits in minor units. Some purchases exceed the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One script of a caller. It starts `at_s` seconds after the simulation began."""

    number: int
    at_s: float
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that one script works with.

    `desk` returns the desk of a caller by the caller's name. `admin` sets parameters as the user `root`, at the
    processes in `parameters`. `added` is called with each merchant that is added during the simulation.
    """

    script: Script
    is_harsh: bool
    seeded_random: Random
    clock: TrueClock
    merchants: Sequence[Tenant]
    gateways: Sequence[str]
    desk: Callable[[str, Tenant], Desk]
    admin: Caller
    root: Principal
    screens: Screens
    added: Callable[[Tenant], None]
    parameters: Sequence[Host[SetParameter]]
    set_parameter: Callable[["Stage", str, str, object], Awaitable[bool]]

    def key(self, of: object) -> str:
        """Returns an idempotency key that only this script uses."""
        return f"k_{self.script.number}_{of}"

    def merchant(self) -> Tenant:
        """Returns a random merchant. Earlier merchants are returned more often, which causes contention."""
        return self.merchants[int(self.seeded_random.random() ** 2 * len(self.merchants))]

    async def together(self, works: "Sequence[Coroutine[Any, Any, object]]", *, is_at_once: bool) -> None:
        """Runs the works at once or one after another."""
        if is_at_once:
            await asyncio.gather(*works)
            return
        for work in works:
            await work

    async def purchase(
        self, merchant: Tenant | None = None, scale: float = 1.0, *, is_lined: bool = False, is_old: bool = False
    ) -> Purchase | None:
        """Captures and records a payment. Returns None if recording was refused or not answered.

        If `is_old` is True, the payment is too old for refunds.
        """
        seeded_random, of = self.seeded_random, merchant or self.merchant()
        currency = seeded_random.choice(CURRENCIES)
        amount = max(2, int(APPROVAL_FROM[currency] * scale * (0.05 + 2.0 * seeded_random.random() ** 2)))
        return await self.desk("till", of).record(
            of,
            f"{self.script.number}_{int(seeded_random.random() * 1e9)}",
            amount,
            currency,
            seeded_random.choice(self.gateways),
            self.clock.now() - TOO_OLD if is_old else some_days_before(self.clock.now(), seeded_random),
            lines_of(amount) if is_lined or seeded_random.random() < LINED else (),
        )


def lines_of(amount: int) -> tuple[LineItem, ...]:
    """Returns up to three line items. Their sum is `amount`, or one or two minor units less."""
    part = amount // 3
    return tuple(LineItem(id=f"line_{number}", amount=part, tax_amount=part // 6) for number in range(3) if part)
