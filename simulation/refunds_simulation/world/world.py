"""The world of one simulation, with servers, processes, callers and faults on one event loop.

Callers' scripts and faults are planned before the simulation begins.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from random import Random
from typing import Any

from refunds.adapters.memory.gateway.gateway_wire import GatewayWebhook
from refunds.adapters.memory.gateway.unread_webhooks import UNREAD_WEBHOOKS as UNREAD
from refunds.domain.errors import Unavailable
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.tenancy import ALL_TENANTS, PLATFORM, Principal, Role, Scope, Tenant, TenantKind
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models
from refunds_simulation.callers import scripts
from refunds_simulation.callers.insisting import Caller, Counts
from refunds_simulation.callers.promises import Promises
from refunds_simulation.callers.requests import Desk
from refunds_simulation.callers.stage import Script, Stage
from refunds_simulation.findings import Findings
from refunds_simulation.machine.chance import stream
from refunds_simulation.machine.edge import Edge
from refunds_simulation.machine.host import START, Host, TrueClock
from refunds_simulation.machine.loop import SimLoop
from refunds_simulation.machine.trace import Trace
from refunds_simulation.product.screens import Screens
from refunds_simulation.product.webhooks import Oddness, Webhooks
from refunds_simulation.settings import RunSettings
from refunds_simulation.world import fault_kinds, faults, making
from refunds_simulation.world.faults import Fault
from refunds_simulation.world.situations.plan import KINDS, plan
from refunds_simulation.world.situations.scene import Scene

MERCHANTS = 4
ADMIN = Principal(id="usr_admin", role=Role.PLATFORM_ADMIN, scope=ALL_TENANTS)
BEGIN_S = 30.0
"""Seconds before the simulated hours begin. In this time, processes start and tenants are stored."""
ORDERED_AGAIN_S = 5.0
"""Pause in seconds before a failed request for a rebuild is repeated."""


class World:
    """Holds the state of one simulation. `happened` counts faults by kind."""

    def __init__(self, settings: RunSettings) -> None:
        self.settings = settings
        self.trace = Trace(is_kept=settings.is_kept)
        self.loop = SimLoop(stream(settings.seed, "order").random)
        self.clock = TrueClock(self.loop)
        self.findings = Findings()
        self.happened: dict[str, int] = {}
        self.counts = Counts()
        self.lag_s = 0.0
        self.generation_ordered = 0
        self.servers = making.servers(self)
        self.hosts: list[Host[Any]] = making.hosts(self)
        self.edge = Edge(
            loop=self.loop,
            trace=self.trace,
            seeded_random=stream(settings.seed, "edge"),
            happened=self.note,
            broken=partial(self.findings.add, "answer", ""),
        )
        self.promises = Promises(broken=partial(self.findings.add, "promise"))
        self.webhooks = Webhooks(
            loop=self.loop,
            trace=self.trace,
            clock=self.clock,
            seeded_random=stream(settings.seed, "webhooks"),
            hosts=self.of_kind("gateway"),
            happened=self.note,
            broken=partial(self.findings.add, "webhook"),
            is_kept=lambda gateway, event_id: f"{gateway}:{event_id}" in self.servers.database.tables[UNREAD].local,
            odd=Oddness(),
        )
        self.merchants: list[Tenant] = []
        self.screens = Screens(servers=self.servers, merchants={})
        self.scripts = scripts.plan(stream(settings.seed, "scripts"), settings.hours)
        self.faults = faults.plan(settings, sorted(script.at_s for script in self.scripts))
        self.open_scripts = 0
        self.faults_done: dict[str, int] = {}
        self.situations = plan(settings)
        self.are_faults_over = False
        self._undo: dict[int, Callable[[], None]] = {}
        self._lasting: dict[Callable[[], None], None] = {}
        self.loop.quiet_until = self._quiet_until

    def note(self, what: str) -> None:
        """Counts one fault of the kind `what`."""
        self.happened[what] = self.happened.get(what, 0) + 1

    def publish(self, gateway: str, webhook: GatewayWebhook, subject: str) -> None:
        """Delivers a gateway's new webhook. The gateway calls this method."""
        self.webhooks.send(gateway, webhook, subject)

    def captured(self, gateway: str, gateway_payment_id: str, amount: int, currency: str) -> None:
        """Captures a payment at the gateway. This happens before the product records the payment."""
        self.servers.gateways[gateway].server.capture(gateway_payment_id, amount, currency)

    def of_kind(self, kind: str) -> list[Host[Any]]:
        """Returns the processes of a kind."""
        return [host for host in self.hosts if host.kind == kind]

    # --- the course of a run

    def live(self) -> None:
        """Starts all processes, simulates the hours with scripts and faults, and then ends all faults."""
        for host in self.hosts:
            host.start()
        self.loop.run_until(BEGIN_S)
        self._wait_for(self._settle_in())
        for script in [*self.scripts, *self.situations]:
            if script.number not in self.settings.without_scripts:
                self.loop.world_at(BEGIN_S + script.at_s, self._begin, script)
        for fault in self.faults:
            if fault.number not in self.settings.without_faults:
                self.loop.world_at(BEGIN_S + fault.at_s, self._break, fault)
        self.loop.run_until(BEGIN_S + self.settings.hours * 3600.0)
        self._mend_all()

    def _wait_for(self, work: Any, within_s: float = 6 * 3600.0) -> Any:
        task = self.loop.spawn(self.loop.world, work)
        self.loop.run_until(self.loop.time() + within_s, task.done)
        return task.result()

    wait_for = _wait_for

    async def _settle_in(self) -> None:
        """Stores the tenants of the simulation."""
        tenants = making.tenants(MERCHANTS)
        await making.add_tenants(self, tenants)
        self.merchants = [tenant for tenant in tenants if tenant.kind is TenantKind.MERCHANT]
        for merchant in self.merchants:
            self._added(merchant)

    def _added(self, merchant: Tenant) -> None:
        self.screens.merchants[merchant.id] = merchant

    # --- callers

    def _begin(self, script: Script) -> None:
        name, stage = f"script {script.number} ({script.kind})", self._stage(script)
        if script.kind in scripts.KINDS:
            self._begin_work(scripts.KINDS[script.kind][0](stage), name)
            return
        what = f"situation {script.kind}"
        self.faults_done[what] = self.faults_done.get(what, 0) + 1
        self.trace.add(self.loop.time(), "world", f"fault {what}", "", str(script.number))
        self._begin_work(KINDS[script.kind](Scene(world=self, stage=stage)), name)

    def _begin_work(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self.open_scripts += 1
        task = self.loop.spawn(self.loop.world, work)
        task.add_done_callback(partial(self._ended, name), context=self.loop.world.context)

    def _ended(self, name: str, task: "asyncio.Task[object]") -> None:
        self.open_scripts -= 1
        error = task.exception()
        if error is not None:
            self.findings.add("script", "", f"{name}: {error!r}")

    def _stage(self, script: Script) -> Stage:
        seeded_random = stream(self.settings.seed, f"script/{script.number}")
        return Stage(
            script=script,
            is_harsh=self.settings.is_harsh,
            seeded_random=seeded_random,
            clock=self.clock,
            merchants=self.merchants,
            gateways=list(self.servers.gateways),
            desk=partial(self._desk, seeded_random),
            root=ADMIN,
            screens=self.screens,
            added=self._added,
            admin=Caller(name="admin", edge=self.edge, seeded_random=seeded_random, counts=self.counts),
            parameters=self.of_kind("parameters"),
            set_parameter=self._set_parameter,
        )

    def _desk(self, seeded_random: Random, name: str, merchant: Tenant) -> Desk:
        is_person = name.startswith("approver")
        role = Role.MERCHANT_ADMIN if is_person else Role.SERVICE
        scope = Scope(node_id=merchant.id if is_person else PLATFORM)
        return Desk(
            caller=Caller(name=name, edge=self.edge, seeded_random=seeded_random, counts=self.counts),
            principal=Principal(id=f"usr_{name}_{merchant.id}", role=role, scope=scope),
            apis=self.of_kind("api"),
            promises=self.promises,
            captured=self.captured,
        )

    async def _set_parameter(self, stage: Stage, name: str, tenant_id: str, value: Any) -> bool:
        value_id = f"prv_{int(stage.seeded_random.random() * 1e12)}"

        async def work(setting: Any) -> object:
            return await setting(ADMIN, name, tenant_id, value, value_id=value_id)

        answer = await stage.admin.insist(stage.parameters, "set_parameter", name, work)
        if answer.is_ok:
            self.promises.values[value_id] = None
        return answer.is_ok

    # --- faults

    def _break(self, fault: Fault) -> None:
        seeded_random = stream(self.settings.seed, f"fault/{fault.number}")
        self.faults_done[fault.kind] = self.faults_done.get(fault.kind, 0) + 1
        self.trace.add(
            self.loop.time(), "world", f"fault {fault.kind}", "", f"{fault.number} for {fault.lasts_s:.1f} s"
        )
        self._undo[fault.number] = fault_kinds.HARSH_KINDS[fault.kind][0](self, seeded_random)
        self.loop.world_at(self.loop.time() + fault.lasts_s, self._mend, fault)

    def _mend(self, fault: Fault) -> None:
        undo = self._undo.pop(fault.number, None)
        if undo is not None:
            self.trace.add(self.loop.time(), "world", f"end of {fault.kind}", "", str(fault.number))
            undo()

    def lasting(self, undo: Callable[[], None]) -> Callable[[], None]:
        """Returns a function that ends a fault once, by calling `undo`. The fault also ends when the hours end."""

        def end() -> None:
            if end in self._lasting:
                del self._lasting[end]
                undo()

        self._lasting[end] = None
        return end

    def _mend_all(self) -> None:
        """Ends all faults."""
        self.are_faults_over = True
        self.trace.add(self.loop.time(), "world", "faults stop")
        for undo in [*self._undo.values(), *self._lasting]:
            undo()
        self._undo.clear()
        self.lag_s = 0.0
        for server in making.wires(self.servers):
            server.weather.clear()
        self.edge.weather.clear()
        self.webhooks.make_plain()
        for place in self.servers.gateways.values():
            place.server.habits = making.good_habits(self)
        self.servers.database.unreadable.clear()
        self.servers.database.unfit.clear()
        for host in self.hosts:
            host.clock.skew_ms = host.clock.usual_ms
            host.start()

    def clear_up(self, waiting: Sequence[tuple[Payment, Refund]]) -> None:
        """Rejects the refunds that wait for approval. Lets gateways deliver possibly lost webhooks again.

        The rejections free reserved amounts. Some external refunds can be recorded only after this.
        """
        for payment, refund in waiting:
            seeded_random = stream(self.settings.seed, f"end/{refund.id}")
            desk = self._desk(seeded_random, "approver9", self.screens.merchants[payment.merchant_id])
            self._begin_work(desk.decide(payment.id, refund.id, is_approved=False), f"the end of {refund.id}")
        for place in self.servers.gateways.values():
            place.server.publish_again(self.webhooks.given_up)

    def settle_by_books(self) -> bool:
        """Lets operators decide contradicted refunds by the gateways' books. Returns False if there are none."""
        found = self.screens.left_to_a_person()
        for doubted, resolution in found:
            seeded_random = stream(self.settings.seed, f"books/{doubted.refund_id}/{doubted.version}")
            desk = self._desk(seeded_random, "operator", doubted.merchant)
            self._begin_work(desk.settle(doubted, resolution), f"the books of {doubted.refund_id}")
        return len(found) > 0

    def at_call(self, host: Host[Any], calls: int, what: Callable[[], object], operation: str = "") -> None:
        """Lets the process make `calls` more calls to servers, and calls `what` during the next call.

        Does nothing if the process ends earlier.
        """
        machine = host.machine
        if machine is not None:

            def blow() -> None:
                if host.machine is machine:
                    what()

            machine.fuse, machine.fuse_for, machine.blow = calls, operation, blow

    def at_no_call(self, host: Host[Any]) -> None:
        """Cancels what `at_call` planned for the process."""
        if host.machine is not None:
            host.machine.fuse = -1

    def pause(self, host: Host[Any]) -> Callable[[], None]:
        """Pauses a process. Returns the function that resumes it."""
        machine = host.machine
        if machine is None:
            return host.start
        machine.is_paused = True
        return partial(self.loop.resume, machine)

    def fail_over(self) -> None:
        """Makes another member of the database the primary, and drops all connections to the database."""
        gone = self.servers.database.fail_over()
        self.servers.mongo.reset()
        self.trace.add(self.loop.time(), "mongo", "fail-over", "", f"{gone} writes gone")
        if gone:
            self.note("writes gone in a fail-over")

    def misbehave(self, gateway: str, seeded_random: Random) -> Callable[[], None]:
        """Gives a gateway bad habits. Returns the function that ends them."""
        return making.misbehave(self, gateway, seeded_random)

    def dashboard_refund(self, seeded_random: Random) -> None:
        """Makes a refund at a gateway, as a person would there."""
        making.dashboard_refund(self, seeded_random)

    def rebuild(self) -> None:
        """Starts a rebuild of the read models, as an operator would from another machine."""
        self.loop.spawn(self.loop.world, self._ordered())

    async def _ordered(self) -> None:
        """Requests a rebuild. Repeats the request while the database is unavailable or the outcome is unknown."""
        while True:
            try:
                ordered = await rebuild_read_models(making.read_models(self))
            except Unavailable:
                await asyncio.sleep(ORDERED_AGAIN_S)
            else:
                self.generation_ordered = max(self.generation_ordered, ordered)
                return

    # --- time

    def _quiet_until(self) -> float:
        """Returns the second up to which idle pauses may be prolonged."""
        if not making.has_caught_up(self.servers.database):
            return 0.0
        due = self.servers.database.earliest_due()
        return float("inf") if due is None else (due - START).total_seconds()

    def changing_gateways(self) -> Sequence[str]:
        """Returns the names of the gateways that have refunds whose status will still change."""
        return [name for name, place in self.servers.gateways.items() if place.server.due_at() is not None]

    def open_processes(self) -> Sequence[str]:
        """Returns the names of the processes that do not accept requests."""
        return [host.name for host in self.hosts if not host.is_serving]
