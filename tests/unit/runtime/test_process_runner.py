"""A process of services: what ends it and with which code, what it refuses at its start, how its snapshot follows."""

import asyncio
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import structlog
from tests.support.copies import replace
from tests.support.http.site import World

from refunds.domain.errors import StoreUnavailable
from refunds.domain.settings.unreadable_settings import Loaded, UnreadableTenant
from refunds.domain.tenancy import ALL_TENANTS, Tenant, TenantKind
from refunds.kit.config import ConfigurationMistakes, Secret, load
from refunds.runtime.auth.tokens import TokenRefused, TokenVerifier
from refunds.runtime.loops.workers import TAKERS_END_S
from refunds.runtime.process import process_runner
from refunds.runtime.process.container import Parts
from refunds.runtime.process.service import Loop, Service
from refunds.runtime.process.settings import ServiceSettings
from refunds.services.gateway_integration.service import loop_settings
from refunds_embedded.launcher.instance.settings import LauncherSettings

PATIENCE_S = 10.0

REPOSITORY = Path(__file__).parents[3]

SETTINGS = ServiceSettings(
    mongodb_uri=Secret("mongodb://nowhere"), drain_s=0.05, work_drain_s=0.05, snapshot_pause_s=0.001
)


def parts_of(world: World) -> Parts:
    """Only what the loops of every process need."""
    no: Any = None
    return Parts(
        settings=SETTINGS,
        client=no,
        updating_client=no,
        database=no,
        payments=no,
        tenants=no,
        parameters=no,
        config_cache=world.config_cache,
        clock=world.clock,
        ids=no,
        hints=world.hints,
        new_token=lambda: "token",
        registry=no,
        unread_webhooks=no,
    )


async def waits_for_the_stop(stop: asyncio.Event) -> None:
    """A loop as it should be."""
    await stop.wait()


class ServingDouble:
    """A server that ends when `ends` is set; `is_stopping` says that it was asked to."""

    def __init__(self, *, is_stuck: bool = False) -> None:
        self.ends, self.is_stopping = asyncio.Event(), False
        if not is_stuck:
            self.ends.set()

    async def stop(self) -> None:
        """As `Serving.stop`."""
        self.is_stopping = True
        await self.ends.wait()


class PaymentsDouble:
    """Counts the drains of accepted writes."""

    def __init__(self) -> None:
        self.drained = 0

    async def drain(self) -> None:
        """As the store's."""
        self.drained += 1


async def run_until_stopped(
    *loops: Loop, stop: asyncio.Event | None = None, serving: Any = None, settings: ServiceSettings = SETTINGS
) -> int:
    """The exit code of a process with these loops."""
    parts = replace(parts_of(World()), settings=settings)
    own = process_runner._loops(parts, [Service(name="test", loops=loops)], process_runner._issuer(parts.settings))
    async with asyncio.timeout(PATIENCE_S):
        return await process_runner._until_stopped(parts, own, stop or asyncio.Event(), serving or ServingDouble())


async def test_asked_to_stop_it_ends_with_0() -> None:
    stop = asyncio.Event()
    stop.set()

    assert await run_until_stopped(waits_for_the_stop, stop=stop) == 0


async def test_loop_that_fails_ends_the_process_so_that_it_is_started_anew() -> None:
    ended = []

    async def fails(_: asyncio.Event) -> None:
        raise ZeroDivisionError

    async def other(stop: asyncio.Event) -> None:
        await stop.wait()
        ended.append("other")

    assert await run_until_stopped(fails, other) == 1
    assert ended == ["other"]


async def test_loop_that_ends_by_itself_ends_the_process() -> None:
    async def ends(_: asyncio.Event) -> None:
        return

    assert await run_until_stopped(ends, waits_for_the_stop) == 1


async def test_loop_that_does_not_end_is_canceled_after_its_time() -> None:
    canceled = []

    async def never_ends(_: asyncio.Event) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            canceled.append(True)
            raise

    stop = asyncio.Event()
    stop.set()

    assert await run_until_stopped(never_ends, stop=stop) == 0
    assert canceled == [True]


async def test_loop_that_was_canceled_has_time_to_let_go_and_no_more() -> None:
    let_go, stop = [], asyncio.Event()
    stop.set()

    async def lets_go(_: asyncio.Event) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            let_go.append(True)

    async def never_lets_go(_: asyncio.Event) -> None:
        while not is_over:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    is_over = False
    code = await run_until_stopped(lets_go, never_lets_go, stop=stop)
    is_over = True
    assert (code, let_go) == (0, [True])


async def test_slow_client_at_the_stop_takes_no_time_of_the_work_nor_of_the_writes() -> None:
    slow, payments, ended, stop = ServingDouble(is_stuck=True), PaymentsDouble(), [], asyncio.Event()
    stop.set()

    async def works(stopped: asyncio.Event) -> None:
        await stopped.wait()
        while not slow.is_stopping:
            await asyncio.sleep(0)
        ended.append("work")

    code = await run_until_stopped(works, stop=stop, serving=slow)
    no: Any = payments
    parts = replace(parts_of(World()), payments=no)
    await process_runner._close(parts, [])

    assert (code, ended, payments.drained) == (0, ["work"], 1)


async def test_requests_are_no_longer_taken_while_work_ends() -> None:
    serving, stop = ServingDouble(), asyncio.Event()
    stop.set()

    async def works(_: asyncio.Event) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not serving.is_stopping:
                await asyncio.sleep(0)

    patient = replace(SETTINGS, work_drain_s=PATIENCE_S)
    assert await run_until_stopped(works, stop=stop, serving=serving, settings=patient) == 0


async def test_closing_what_does_not_let_go_ends_in_time_and_writes_are_stored_first() -> None:
    order: list[str] = []
    payments: Any = PaymentsDouble()

    async def never() -> None:
        order.append(f"closes after {payments.drained} drain")
        await asyncio.Event().wait()

    async with asyncio.timeout(PATIENCE_S):
        await process_runner._close(
            replace(parts_of(World()), payments=payments), [Service(name="test", closes=(never,))]
        )

    assert order == ["closes after 1 drain"]


async def test_server_that_fails_at_the_stop_is_no_reason_to_lose_writes() -> None:
    class Fails(ServingDouble):
        async def stop(self) -> None:
            raise OSError

    stop = asyncio.Event()
    stop.set()

    assert await run_until_stopped(waits_for_the_stop, stop=stop, serving=Fails()) == 0


def test_time_to_drain_work_covers_a_call_at_a_gateway() -> None:
    environ = {
        "REFUNDS_MONGODB_URI": "mongodb://x",
        "REFUNDS_SANDBOX_URL": "http://127.0.0.1:1",
        "REFUNDS_SANDBOX_WEBHOOK_SECRET": "whsec_c2FuZGJveC10ZXN0LXNlY3JldA==",
    }
    settings = load(ServiceSettings, environ)

    assert loop_settings(settings).drain_s > settings.gateway_timeout_s
    assert settings.work_drain_s >= loop_settings(settings).drain_s + TAKERS_END_S
    with pytest.raises(ConfigurationMistakes, match="REFUNDS_WORK_DRAIN_S must be at least 25: a call in flight"):
        load(ServiceSettings, environ | {"REFUNDS_GATEWAY_TIMEOUT_S": "20"})


@pytest.mark.parametrize("timeout_s", ["10.1", "60"])
def test_call_to_a_gateway_that_may_outlast_the_shortest_lease_is_not_configured(timeout_s: str) -> None:
    with pytest.raises(ConfigurationMistakes, match="REFUNDS_GATEWAY_TIMEOUT_S must be at most 10: gateway_lease_s"):
        load(ServiceSettings, {"REFUNDS_MONGODB_URI": "mongodb://x", "REFUNDS_GATEWAY_TIMEOUT_S": timeout_s})


def test_who_stops_a_process_waits_longer_than_its_stop_takes() -> None:
    terraform = (REPOSITORY / "infrastructure/terraform/modules/service/task_definition.tf").read_text()
    (killed_after_s,) = re.findall(r"stopTimeout\s*=\s*(\d+)", terraform)
    stop_within_s = ServiceSettings(mongodb_uri=Secret("mongodb://nowhere")).stop_within_s

    assert int(killed_after_s) > stop_within_s
    assert LauncherSettings().drain_service_s > stop_within_s


async def test_snapshot_follows_what_others_change_in_spite_of_errors() -> None:
    world, stop, failures = World(), asyncio.Event(), [StoreUnavailable(), ZeroDivisionError()]
    version = world.tenants.version

    async def sometimes() -> int:
        if failures:
            raise failures.pop()
        return await version()

    world.config_cache.tenants = type(
        "Tenants", (), {"version": staticmethod(sometimes), "load_all": world.tenants.load_all}
    )()
    parts = replace(parts_of(world), settings=replace(SETTINGS, snapshot_pause_s=0.001))
    following = asyncio.create_task(process_runner._refresh(parts, stop, error_pause_s=0.001))
    bank = Tenant(id="bnk_09", kind=TenantKind.BANK, parent_id="platform", name="A bank", path=("platform", "bnk_09"))
    await world.tenants.add(ALL_TENANTS, bank)

    async with asyncio.timeout(PATIENCE_S):
        while "bnk_09" not in world.config_cache.tree.nodes:
            await asyncio.sleep(0.001)
    stop.set()
    await following

    assert failures == []


async def test_unreadable_setting_is_logged_once_while_it_is_unreadable() -> None:
    world, stop, unreadable = World(), asyncio.Event(), [UnreadableTenant(id="mer_1", path=(), reason="no kind")]
    loads = 0

    async def load_all() -> Loaded[Tenant, UnreadableTenant]:
        nonlocal loads
        loads += 1
        return Loaded(unreadable=unreadable)

    world.config_cache.tenants = type(
        "Tenants", (), {"version": staticmethod(world.tenants.version), "load_all": staticmethod(load_all)}
    )()
    parts = replace(parts_of(world), settings=replace(SETTINGS, snapshot_pause_s=0.001))
    with structlog.testing.capture_logs() as logs:
        following = asyncio.create_task(process_runner._refresh(parts, stop, error_pause_s=0.001))
        async with asyncio.timeout(PATIENCE_S):
            while loads < 4:
                await asyncio.sleep(0.001)
        stop.set()
        await following

    told = [(log["event"], log["document_id"], log["reason"], log["log_level"]) for log in logs]
    assert told == [("settings.unreadable", "mer_1", "no kind", "error")]


def test_without_an_issuers_key_nobody_is_let_in_and_the_process_runs() -> None:
    verifier = TokenVerifier(b'{"keys":[]}', "https://issuer.test", "refunds")

    with pytest.raises(TokenRefused):
        verifier.verify(World().token(), 0.0)
