"""The gateways of a simulation.

Their refunds change as time passes, and faults make their answers worse for a while.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from random import Random
from typing import Any

from refunds.adapters.gateways.answers import HttpAnswer
from refunds.adapters.memory.gateway.gateway_books import MemoryBooks
from refunds.adapters.memory.gateway.gateway_habits import Habits
from refunds.adapters.memory.gateway.gateway_server import Captured, SimulatedGateway
from refunds.adapters.memory.gateway.gateway_wire import GatewayRefund, GatewayWebhook, webhook
from refunds.ports.gateway.gateway import Submission
from refunds_simulation.machine.host import START
from refunds_simulation.machine.loop import SimLoop

LIFETIMES_S = {"sandbox": 86_400, "brief": 300}
"""Maps each gateway to its key lifetime in seconds. `sandbox` has a usual lifetime and `brief` a short one."""

CLOCKS_OFF_S = (0.0, 0.0, -3_600.0, -45.0, 120.0, 1_200.0)
"""Possible errors of a gateway's clock, in seconds. The product ignores times that are too far ahead."""

PLAIN = Habits(refuse=0.04, pending=0.12, pending_fail=0.15, late_failure=0.01, webhook_first=0.7, alias=0.02)
"""The habits of a gateway without faults."""

HARSH = replace(
    PLAIN,
    alias=0.05,
    pending_fail=0.25,
    busy=0.01,
    accepted_only=0.03,
    timeless=0.03,
    lag=0.05,
    contradict=0.05,
    elusive=0.1,
    refuse_repeats=0.5,
    misspoken=0.02,
    unseen_unanswered=0.5,
    refuse_unstored=0.02,
    fickle=0.03,
    misreport=0.03,
    misquote=0.02,
    idless=0.03,
    forgetful=0.15,
    retry_afters_s=("1", "20", "600", "999999"),
)
"""The habits of a gateway without faults in a harsh simulation."""

HARSH_ONLY = (
    "elusive",
    "misspoken",
    "refuse_repeats",
    "refuse_unstored",
    "fickle",
    "misreport",
    "misquote",
    "idless",
    "forgetful",
)
NO_SHARES = ("reports_refusals", "delay_s", "lag_s", "unseen_unanswered", "retry_afters_s")

BAD_HABIT_MAX = 0.6
LAGS_S = (90.0, 90.0, 900.0)
"""Possible maximum lags of status queries behind the books, in seconds. The last exceeds the shortest key lifetime."""

LEASE_MIN_S = 20.0
"""Every lease is longer than this number of seconds, whatever the parameters and clocks are."""

PAGE_ACCOUNTS = 1_000


@dataclass(kw_only=True)
class LivingGateway(SimulatedGateway):
    """A gateway whose refunds change as time passes. `publish` is called with each webhook and its subject.

    `is_known` gets the gateway's name and a refund, and returns whether the product has that refund's outcome.
    """

    loop: SimLoop
    publish: Callable[[str, GatewayWebhook, str], None]
    is_known: Callable[[str, GatewayRefund], bool]
    came: dict[str, int] = field(default_factory=dict)
    refused: dict[str, None] = field(default_factory=dict)
    moved_first_at: dict[str, datetime] = field(default_factory=dict)
    under_way: dict[str, float] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    at_once: list[tuple[str, int]] = field(default_factory=list)
    _wakes_at_s: float = float("inf")

    def __post_init__(self) -> None:
        super().__post_init__()
        self.books = MemoryBooks(self.name, page_accounts=PAGE_ACCOUNTS)
        self.on_webhook = self._send

    def submit(self, order: Submission) -> HttpAnswer:
        """See `SimulatedGateway`.

        Also counts the submissions of each attempt, and records which attempts were refused.
        """
        self.came[order.attempt_id] = self.came.get(order.attempt_id, 0) + 1
        try:
            answer = super().submit(order)
        finally:
            self._wake_in_time()
        if answer.status >= 400:
            self.refused[order.attempt_id] = None
        return answer

    def refund_by_people(self, gateway_payment_id: str, amount: int) -> GatewayRefund | None:
        """See `SimulatedGateway`."""
        made = super().refund_by_people(gateway_payment_id, amount)
        self._wake_in_time()
        return made

    def begin(self, reference: str) -> None:
        """Records that a call begins, and whether another call for `reference` is running.

        A call that began at least `LEASE_MIN_S` seconds ago no longer counts as running.
        """
        now_s, before = self.loop.time(), self.begun.get(reference, 0)
        if now_s - self.under_way.get(reference, -LEASE_MIN_S) < LEASE_MIN_S:
            self.at_once.append((reference, before))
        self.begun[reference], self.under_way[reference] = before + 1, now_s

    def end(self, reference: str) -> None:
        """Records that a call ended because it was answered or the process gave up."""
        self.under_way.pop(reference, None)

    def _move(self, refund: GatewayRefund, payment: Captured, amount: int) -> None:
        super()._move(refund, payment, amount)
        if amount > 0:
            self.moved_first_at.setdefault(refund.reference, self.now())

    def may_misreport(self, refund: GatewayRefund) -> bool:
        """See `SimulatedGateway`. Returns True only if the product has also stored the refund's outcome and id."""
        return super().may_misreport(refund) and self.is_known(self.name, refund)

    def status_of(self, reference: str, gateway_refund_id: str) -> str:
        """Returns the status of a refund in the gateway's books. Returns "" if the books do not have the refund."""
        found = self._by_reference.get(reference) or self.refunds.get(gateway_refund_id)
        return "" if found is None else found.status

    def publish_again(self, given_up: Collection[str]) -> None:
        """Delivers those webhooks again that may be the product's only source of a fact.

        These webhooks report external refunds, changed refunds, refunds that become visible late, and missing or
        additional ids. Webhooks about external refunds in `given_up` are not delivered again.
        """
        for refund in self.refunds.values():
            if not refund.reference and refund.events == 1 and f"evt_{refund.id}" in given_up:
                continue
            is_visible_late = refund.seen_from > refund.made_at
            is_odd = refund.alias != "" or refund.is_idless or refund.is_forgetful
            refund.is_forgetful = False
            has_changed = refund.changed_at > refund.made_at
            if has_changed or is_odd or not refund.reference or is_visible_late:
                self.on_webhook(webhook(refund, refund.status))

    def _wake_in_time(self) -> None:
        due = self.due_at()
        if due is None:
            return
        due_s = (due - START).total_seconds() + 0.001
        if due_s < self._wakes_at_s:
            self._wakes_at_s = due_s
            self.loop.world_at(due_s, self._wake)

    def _wake(self) -> None:
        self._wakes_at_s = float("inf")
        self.advance()
        self._wake_in_time()

    def _of(self, sent: GatewayWebhook) -> GatewayRefund:
        return self.refunds[sent.event_id.removeprefix("evt_").rpartition("_")[0]]

    def _send(self, sent: GatewayWebhook) -> None:
        refund = self._of(sent)
        self.publish(self.name, sent, f"{refund.gateway_payment_id} {refund.reference} {refund.status}")


def asked(reference: str) -> str:
    """Returns the name under which a status query is recorded. Submissions are recorded under the reference itself."""
    return f"question of {reference}"


def bad_habits(seeded_random: Random, *, is_harsh: bool) -> Habits:
    """Returns habits of a gateway. A few of the habits are bad, each in a random share of cases.

    If a gateway leaves out our service's reference, it uses only one id per refund. Otherwise nobody could identify the
    refund.
    """
    good = HARSH if is_harsh else PLAIN
    left_out = NO_SHARES if is_harsh else (*NO_SHARES, *HARSH_ONLY)
    shares: dict[str, Any] = {
        each.name: getattr(good, each.name) for each in fields(Habits) if each.name not in left_out
    }
    for name in shares:
        if seeded_random.random() < 0.3:
            shares[name] = seeded_random.random() * BAD_HABIT_MAX
    if shares["nameless"]:
        shares["alias"] = 0.0
    return replace(
        good,
        **shares,
        reports_refusals=seeded_random.random() < 0.5,
        lag_s=seeded_random.choice(LAGS_S) if is_harsh else PLAIN.lag_s,
        delay_s=10.0 ** (0.5 + 3.5 * seeded_random.random() if is_harsh else 1.0 + 2.5 * seeded_random.random()),
    )


def refund_by_people(gateway: SimulatedGateway, seeded_random: Random) -> bool:
    """Refunds a part of a payment at the gateway, as a person would there. Returns True if a refund was made."""
    left = [(name, payment) for name, payment in gateway.payments.items() if payment.remaining > 0]
    if not left:
        return False
    name, payment = seeded_random.choice(left[-20:])
    amount = max(1, int(payment.remaining * seeded_random.random()))
    return gateway.refund_by_people(name, amount) is not None
