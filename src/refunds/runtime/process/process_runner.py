"""Runs services in one process. Opens the parts, serves the routes, and runs the loops until SIGTERM.

After SIGTERM, running requests and work have time to end. Every service's `main` calls this module. The launcher also
calls it to run all services in one process.

The exit code is 0 after a stop by signal, and 1 if the process cannot start or a loop ended by itself. The exit code is
2 if the environment is invalid. One line then lists all mistakes.
"""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

import structlog
import uvloop
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.migrations.stored_version import SchemaUnfit
from refunds.kit.cancellation import cancel_until_ended
from refunds.kit.config import ConfigurationMistakes
from refunds.ports.settings.config_invalidation import ConfigInvalidations
from refunds.ports.settings.secret_store import SecretUnavailable
from refunds.runtime.app.http_app import SiteParts, build_site
from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.auth.issuer_keys import IssuerKeys, KeyAddress, KeysNotFetched
from refunds.runtime.auth.tokens import IssuerKey, TokenVerifier
from refunds.runtime.http.endpoint import Endpoint
from refunds.runtime.http.load_limits import LoadSettings
from refunds.runtime.http.problems import ProblemTable
from refunds.runtime.http.rate_limits import RateSettings
from refunds.runtime.http.serving import NotServing, Serving, serve
from refunds.runtime.loops.workers import CANCEL_WAIT_S, repeat
from refunds.runtime.process.container import Parts, open_parts
from refunds.runtime.process.logs import set_up_logs
from refunds.runtime.process.secret_settings import load_settings
from refunds.runtime.process.service import Loop, Service, Step
from refunds.runtime.process.settings import CLOSE_S, ServiceSettings

Build = Callable[[Parts], Service]

COLLECT_AFTER = (50_000, 20, 100)
"""High thresholds for the garbage collector, because requests create short-lived objects and almost no cycles."""

REASON_CHARS_MAX = 300

log = structlog.stdlib.get_logger()


def run_services(name: str, environ: Mapping[str, str], builds: Sequence[Build]) -> int:
    """Runs the services until SIGTERM or SIGINT, and returns the exit code."""
    try:
        settings = load_settings(environ)
    except ConfigurationMistakes as mistakes:
        sys.stderr.write(f"{name}: {mistakes}\n")
        return 2
    except SecretUnavailable as reason:
        sys.stderr.write(f"{name}: {reason}\n")
        return 1
    set_up_logs(name, settings.log_level)
    try:
        return uvloop.run(_run(name, settings, builds))
    except (NotServing, KeysNotFetched, SchemaUnfit) as reason:
        sys.stderr.write(f"{name}: {reason}\n")
    except PyMongoError as reason:
        sys.stderr.write(f"{name}: the database does not answer as it must: {str(reason)[:REASON_CHARS_MAX]}\n")
    return 1


async def _run(name: str, settings: ServiceSettings, builds: Sequence[Build]) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    parts = await open_parts(settings, name)
    services = [build(parts) for build in builds]
    for start in chain.from_iterable(service.starts for service in services):
        await start()
    issuer = _issuer(settings)
    if issuer.keys is not None:
        await issuer.keys.load()
    site = _site(parts, services, issuer)
    serving = await serve(site, settings.host, settings.port, connections_max=settings.connections_max)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    log.info("process.ready", process=name, port=settings.port)
    code = await _until_stopped(parts, _loops(parts, services, issuer), stop, serving)
    await _close(parts, services)
    log.info("process.stopped", process=name)
    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issuer:
    """The issuer of the tokens that this process accepts."""

    jwks: bytes
    verifier: TokenVerifier
    keys: IssuerKeys | None


def _issuer(settings: ServiceSettings) -> _Issuer:
    key_file = settings.issuer_key_file
    jwks = IssuerKey.from_json(key_file.read_bytes()).jwks() if key_file is not None else b'{"keys":[]}'
    verifier = TokenVerifier(jwks, settings.issuer, settings.audience)
    address = KeyAddress(url=settings.jwks_url)
    keys = IssuerKeys(fetch=address, verifier=verifier) if settings.jwks_url else None
    return _Issuer(jwks=jwks, verifier=verifier, keys=keys)


def _loops(parts: Parts, services: Sequence[Service], issuer: _Issuer) -> Sequence[Loop]:
    own: list[Loop] = [partial(_refresh, parts)]
    if parts.config_invalidations is not None:
        own.append(partial(_listen, parts, parts.config_invalidations))
    if issuer.keys is not None:
        own.append(issuer.keys.run)
    return [*own, *chain.from_iterable(service.loops for service in services)]


def _site(parts: Parts, services: Sequence[Service], issuer: _Issuer) -> object:
    problems: ProblemTable = {}
    for service in services:
        problems = {**service.problems, **problems}

    pings: dict[str, Step] = {}
    for service in services:
        pings |= service.pings
    is_alone = len(services) == 1

    def endpoints(authorizer: Authorizer) -> Sequence[Endpoint]:
        return [endpoint for service in services for endpoint in service.endpoints(authorizer)]

    return build_site(
        SiteParts(
            clock=parts.clock,
            verifier=issuer.verifier,
            is_known_tenant=parts.config_cache.is_known_tenant,
            reload=parts.config_cache.reload or parts.config_cache.refresh,
            policies=list(chain.from_iterable(service.policies for service in services)),
            problems=problems,
            process_part=parts.new_token(),
            public_url=parts.settings.public_url,
            jwks=issuer.jwks,
            pings={"mongodb": parts.ping, **(pings if is_alone else {})},
            lesser_pings={} if is_alone else pings,
            registry=parts.registry,
            in_flight_max=parts.settings.requests_in_flight_max,
            body_bytes_held_max=parts.settings.body_bytes_held_max,
            refused_log_level=parts.settings.refused_log_level,
            load=LoadSettings(
                new_work_wait_max_s=parts.settings.new_work_wait_max_s,
                other_wait_max_s=parts.settings.other_wait_max_s,
                always_max=parts.settings.requests_always_max,
                refusal_pause_max_s=parts.settings.refusal_pause_max_s,
            ),
            rates=RateSettings(
                window_s=parts.settings.rate_window_s,
                tenant_max=parts.settings.rate_tenant_requests_max,
                platform_max=parts.settings.rate_platform_requests_max,
            ),
        ),
        endpoints,
    )


async def _until_stopped(parts: Parts, loops_of_all: Sequence[Loop], stop: asyncio.Event, serving: Serving) -> int:
    """Runs all loops. Returns 0 as the exit code when `stop` is set, or 1 when a loop ends by itself."""
    loops = [asyncio.ensure_future(loop(stop)) for loop in loops_of_all]
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([waiting, *loops], return_when=asyncio.FIRST_COMPLETED)
    is_asked = stop.is_set()
    stop.set()
    await asyncio.gather(
        _within("requests", parts.settings.drain_s, serving.stop),
        _ended(loops, parts.settings.work_drain_s),
    )
    return 0 if is_asked else 1


async def _ended(loops: "Sequence[asyncio.Future[None]]", work_drain_s: float) -> None:
    _, late = await asyncio.wait(loops, timeout=work_drain_s)
    for _ in late:
        log.warning("loop.late", work_drain_s=work_drain_s)
    await cancel_until_ended(late, CANCEL_WAIT_S)
    for loop in loops:
        if loop.done() and not loop.cancelled() and (error := loop.exception()) is not None:
            log.error("loop.ended", exc_info=error)


async def _within(what: str, within_s: float, step: Step) -> None:
    """Runs one step of the stop within a time limit."""
    try:
        async with asyncio.timeout(within_s):
            await step()
    except Exception as error:  # noqa: BLE001 - whatever it is, the other steps of the stop follow
        log.warning("stop.incomplete", step=what, within_s=within_s, error=type(error).__name__)


async def _refresh(parts: Parts, stop: asyncio.Event, *, error_pause_s: float = 1.0) -> None:
    named: frozenset[str] = frozenset()

    async def step() -> bool:
        nonlocal named
        await parts.config_cache.refresh()
        unreadable = {each.id: each.reason for each in parts.config_cache.unreadable}
        for document_id in sorted(unreadable.keys() - named):
            log.error("settings.unreadable", document_id=document_id, reason=unreadable[document_id][:REASON_CHARS_MAX])
        named = frozenset(unreadable)
        return False

    await repeat("config.refresh", step, stop, pause_s=parts.settings.snapshot_pause_s, error_pause_s=error_pause_s)


async def _listen(parts: Parts, config_invalidations: ConfigInvalidations, stop: asyncio.Event) -> None:
    """Reloads the configuration at once when another process publishes a change."""

    reload = parts.config_cache.reload or parts.config_cache.refresh

    async def step() -> bool:
        if await config_invalidations.wait():
            await reload()
        return True

    await repeat("announcements", step, stop, pause_s=parts.settings.snapshot_pause_s)


async def _close(parts: Parts, services: Sequence[Service]) -> None:
    """Stores accepted writes, then closes everything."""

    async def close_services() -> None:
        await asyncio.gather(*(close() for service in services for close in service.closes))

    await _within("writes", parts.settings.drain_s, parts.drain)
    await _within("services", CLOSE_S, close_services)
    await _within("connections", CLOSE_S, parts.close)
