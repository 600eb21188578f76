"""Delivers the gateways' webhooks. Some arrive late or twice.

A delivery goes to a random process of gateway-integration. If the delivery is lost or refused, it is repeated after
growing pauses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from refunds.adapters.gateways.watched_gateway import WatchedGateway
from refunds.adapters.memory.gateway.gateway import KNOWN_SECRET, signed
from refunds.adapters.memory.gateway.gateway_wire import GatewayWebhook
from refunds.domain.errors import NotFound, RefundsError
from refunds.ports.clock import Clock
from refunds.services.gateway_integration.unbooked_webhooks import WHYS
from refunds_simulation.machine.host import Host
from refunds_simulation.machine.loop import SimLoop
from refunds_simulation.machine.trace import Trace
from refunds_simulation.product.misleading import Fate, Misleading
from refunds_simulation.product.services import GatewayIntegration

REDELIVERED_S = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 7200.0, 14400.0, 28800.0)
"""Pauses in seconds before repeated deliveries. After the last one, only a status query shows the result."""

BLOCKED_TRIES_MAX = 3
"""After this number of deliveries, the gateway gives up on a webhook that the product refuses and stores."""

PROMPT_S = 0.5
FORGED_SECRET = "whsec_bm9ib2R5IGtub3dzIHRoaXMga2V5"  # noqa: S105 - nobody's


@dataclass(frozen=True, slots=True)
class Sent:
    """A webhook that is being delivered. `subject` names the webhook in the story of the simulation."""

    gateway: str
    webhook: GatewayWebhook
    subject: str


@dataclass(slots=True)
class Oddness:
    """The current faults of deliveries. `late_s` is the longest delay in seconds.

    The other fields are shares of deliveries. `given_up` is the share that is never sent.
    """

    lost: float = 0.0
    twice: float = 0.0
    late_s: float = 0.0
    given_up: float = 0.0


@dataclass(slots=True, kw_only=True)
class Webhooks:
    """Delivers webhooks and records what happens to them.

    `broken` is called for answers that must never occur. `is_kept` returns whether the product stores a webhook.
    `misled` has the webhooks that will never have an effect. `given_up` has the ids of webhooks about external
    refunds, without the number at the end of each id. The product stores these webhooks, so the gateway does not
    deliver them again.
    """

    loop: SimLoop
    trace: Trace
    clock: Clock
    seeded_random: Random
    hosts: Sequence[Host[GatewayIntegration]]
    happened: Callable[[str], None]
    broken: Callable[[str, str], None]
    is_kept: Callable[[str, str], bool]
    odd: Oddness
    open: int = 0
    misled: dict[tuple[str, str], None] = field(default_factory=dict)
    given_up: dict[str, None] = field(default_factory=dict)
    taken: dict[tuple[str, str], None] = field(default_factory=dict)

    def make_odd(self, seeded_random: Random) -> None:
        """Lets deliveries be lost, doubled, late or left out from now on, each at a random rate."""
        self.odd = Oddness(
            lost=seeded_random.random() * 0.4,
            twice=seeded_random.random() * 0.5,
            late_s=seeded_random.random() ** 2 * 600.0,
            given_up=seeded_random.random() * 0.2,
        )

    def make_plain(self) -> None:
        """Lets each webhook be delivered once and soon from now on."""
        self.odd = Oddness()

    def send(self, gateway: str, webhook: GatewayWebhook, subject: str) -> None:
        """Plans the delivery of a new webhook. The gateway calls this method."""
        seeded_random, odd, sent = self.seeded_random, self.odd, Sent(gateway, webhook, subject)
        if seeded_random.random() < odd.given_up:
            self.happened("webhook never sent")
            return
        copies = 2 if seeded_random.random() < odd.twice else 1
        if copies == 2:
            self.happened("webhook twice")
        for _ in range(copies):
            late_s = odd.late_s * seeded_random.random()
            if late_s > PROMPT_S:
                self.happened("webhook late")
            self.open += 1
            self.loop.world_at(self.loop.time() + PROMPT_S * seeded_random.random() + late_s, self._deliver, sent, 0)

    def mislead(self, gateway: str, made: Misleading) -> None:
        """Delivers a misleading webhook once and checks the product's reaction."""
        host = self.hosts[int(self.seeded_random.random() * len(self.hosts))]
        secret = FORGED_SECRET if made.is_forged else KNOWN_SECRET
        sent = Sent(gateway, made.webhook, made.subject)
        self.misled[gateway, made.webhook.event_id] = None

        async def work(integration: GatewayIntegration) -> None:
            headers = signed(made.webhook, self.clock, secret)
            await integration.endpoint.deliver(_of(integration, gateway), headers, made.webhook.body)

        def done(ended: Any) -> None:
            error = ended.exception()
            self._trace(sent, f"misleading: {'taken' if error is None else type(error).__name__}")
            is_kept = self.is_kept(gateway, made.webhook.event_id)
            if error is None and (made.fate is Fate.REFUSED or (made.fate is Fate.KEPT and not is_kept)):
                self.broken("", f"a webhook with {made.kind} was taken, and should be {made.fate}")

        task = host.spawn(work)
        if task is not None:
            task.add_done_callback(done, context=self.loop.world.context)

    def _deliver(self, sent: Sent, tries: int) -> None:
        if self.seeded_random.random() < self.odd.lost:
            self.happened("webhook lost")
            self._again(sent, tries, "lost")
            return
        host = self.hosts[int(self.seeded_random.random() * len(self.hosts))]

        async def work(integration: GatewayIntegration) -> None:
            headers = signed(sent.webhook, self.clock)
            await integration.endpoint.deliver(_of(integration, sent.gateway), headers, sent.webhook.body)

        task = host.spawn(work)
        if task is None:
            self._again(sent, tries, "connection refused")
            return

        def reset() -> None:
            self._again(sent, tries, "connection reset")

        def done(ended: Any) -> None:
            host.pending.pop(reset, None)
            self._answered(sent, tries, ended.exception())

        host.pending[reset] = None
        task.add_done_callback(done, context=self.loop.world.context)

    def _answered(self, sent: Sent, tries: int, error: BaseException | None) -> None:
        if error is None:
            self._trace(sent, "taken")
            self.taken[sent.gateway, sent.webhook.event_id] = None
            self.open -= 1
            return
        name = type(error).__name__
        if not isinstance(error, RefundsError):
            self.broken("", f"a webhook was answered by 500 {name}: {error}")
        is_last = type(error) in WHYS and tries >= BLOCKED_TRIES_MAX
        if is_last:
            self.given_up[sent.webhook.event_id.rpartition("_")[0]] = None
        self._again(sent, len(REDELIVERED_S) if is_last else tries, name)

    def _again(self, sent: Sent, tries: int, why: str) -> None:
        self._trace(sent, why)
        if tries >= len(REDELIVERED_S):
            self.open -= 1
            return
        pause_s = REDELIVERED_S[tries] * (0.8 + 0.4 * self.seeded_random.random())
        self.loop.world_at(self.loop.time() + pause_s, self._deliver, sent, tries + 1)

    def _trace(self, sent: Sent, outcome: str) -> None:
        self.trace.add(self.loop.time(), sent.gateway, f"webhook {sent.webhook.event_id}", sent.subject, outcome)


def _of(integration: GatewayIntegration, name: str) -> WatchedGateway:
    """Returns the process's client of the gateway with this name.

    Raises NotFound, as the route does, if the process has no such gateway.
    """
    gateway = integration.gateways.get(name)
    if gateway is None:
        raise NotFound(kind="gateway", id=name)
    return gateway
