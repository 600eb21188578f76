"""Runs the api over real HTTP on a free port with the memory adapters; used by the tests of its routes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from tests.support.adapters.listed_payments import ListedPayments

from refunds.adapters.memory.audit.audit_records import MemoryAuditRecords
from refunds.adapters.memory.clock import AdvancingClock
from refunds.adapters.memory.gateway.hints import MemoryHints
from refunds.adapters.memory.ids import SeededIds
from refunds.adapters.memory.payments.bulk_files import MemoryBulkFiles
from refunds.adapters.memory.payments.payments import MemoryPayments
from refunds.adapters.memory.settings.parameters import MemoryParameters
from refunds.adapters.memory.settings.tenants import MemoryTenants
from refunds.domain.tenancy import ALL_TENANTS, ROOT, Tenant, TenantKind
from refunds.runtime.app.health import Ping
from refunds.runtime.app.http_app import SiteParts, build_site
from refunds.runtime.app.web import IN_FLIGHT_MAX
from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.auth.tokens import Claims, IssuerKey, TokenVerifier, issue
from refunds.runtime.http.endpoint import Endpoint
from refunds.runtime.http.serving import serve
from refunds.services.api import app as api
from refunds.services.api.problems import PROBLEMS
from refunds.services.parameter_resolution import app as parameters
from refunds.usecases.settings.config_cache import TenantConfigCache
from refunds_embedded.launcher.instance.ports import free_ports

ISSUER = "https://issuer.test"
AUDIENCE = "refunds"
KEY = IssuerKey.create()

BANK, PROGRAM, ORGANIZATION, MERCHANT = "bnk_01", "prg_01", "org_01", "mer_01"
OTHER_ORGANIZATION, OTHER_MERCHANT = "org_02", "mer_02"


@dataclass
class World:
    """The stores behind a running site, so that tests can look at them."""

    clock: AdvancingClock = field(default_factory=AdvancingClock)
    payments: MemoryPayments = field(default_factory=MemoryPayments)
    tenants: MemoryTenants = field(default_factory=MemoryTenants)
    audit_records: MemoryAuditRecords = field(default_factory=MemoryAuditRecords)
    bulk_files: MemoryBulkFiles = field(default_factory=MemoryBulkFiles)
    hints: MemoryHints = field(default_factory=MemoryHints)
    pings: dict[str, Ping] = field(default_factory=dict)
    lesser_pings: dict[str, Ping] = field(default_factory=dict)
    in_flight_max: int = IN_FLIGHT_MAX
    site: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ids = SeededIds(self.clock)
        self.parameters = MemoryParameters()
        self.config_cache = TenantConfigCache(parameters=self.parameters, tenants=self.tenants)
        self.lists = ListedPayments(self.payments)

    async def plant_tenants(self) -> None:
        """One bank, one program, two organizations with one merchant each."""
        path: tuple[str, ...] = ROOT.path
        for kind, tenant_id in ((TenantKind.BANK, BANK), (TenantKind.PROGRAM, PROGRAM)):
            path = await self._plant(kind, tenant_id, path)
        for organization_id, merchant_id in ((ORGANIZATION, MERCHANT), (OTHER_ORGANIZATION, OTHER_MERCHANT)):
            below = await self._plant(TenantKind.ORGANIZATION, organization_id, path)
            await self._plant(TenantKind.MERCHANT, merchant_id, below)
        await self.config_cache.refresh()

    async def _plant(self, kind: TenantKind, tenant_id: str, above: tuple[str, ...]) -> tuple[str, ...]:
        path = (*above, tenant_id)
        await self.tenants.add(
            ALL_TENANTS, Tenant(id=tenant_id, kind=kind, parent_id=above[-1], name=tenant_id, path=path)
        )
        return path

    def parts(self) -> api.ApiParts:
        """What the api gets."""
        return api.ApiParts(
            payments=self.payments,
            lists=self.lists,
            audit_records=self.audit_records,
            bulk_files=self.bulk_files,
            tenants=self.tenants,
            config_cache=self.config_cache,
            hints=self.hints,
            clock=self.clock,
            ids=self.ids,
        )

    def endpoints(self, authorizer: Authorizer) -> list[Endpoint]:
        """The routes of the services under test."""
        own = parameters.ParameterParts(
            parameters=self.parameters, config_cache=self.config_cache, clock=self.clock, ids=self.ids
        )
        return [*api.endpoints(self.parts(), authorizer), *parameters.endpoints(own, authorizer)]

    def token(
        self,
        role: str = "platform_admin",
        scope_id: str = "platform",
        *,
        sub: str = "",
        mfa_age_s: int | None = None,
        ttl_s: int = 3600,
        key: IssuerKey = KEY,
        **claims: Any,
    ) -> str:
        """A token of the test's issuer; with `mfa_age_s`, a second factor was shown that long ago."""
        now_s = int(self.clock.now().timestamp())
        return issue(
            key,
            Claims(
                **{"iss": ISSUER, "aud": AUDIENCE, "sub": sub or f"{role}:1", "exp": now_s + ttl_s, "iat": now_s}
                | {"role": role, "scope_id": scope_id}
                | ({} if mfa_age_s is None else {"amr": ["pwd", "mfa"], "auth_time": now_s - mfa_age_s})
                | claims
            ),
        )


@dataclass
class Reply:
    """An answer with its body read."""

    status: int
    headers: Mapping[str, str]
    body: Any
    text: str

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.body["code"])


@dataclass
class Client:
    """Calls the running site; every call says whose token it carries."""

    url: str
    session: aiohttp.ClientSession
    world: World
    keys: int = 0

    async def call(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        token: str | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> Reply:
        """One request; a POST gets a fresh Idempotency-Key unless one is given."""
        sent = {"Authorization": f"Bearer {token or self.world.token()}"}
        if method == "POST":
            self.keys += 1
            sent["Idempotency-Key"] = key or f"key-{self.keys}"
        sent |= headers or {}
        sent = {name: value for name, value in sent.items() if value}
        async with self.session.request(method, self.url + path, json=json, data=data, headers=sent) as answer:
            text = await answer.text()
            is_json = (
                "json" in answer.headers.get("content-type", "") and "ndjson" not in answer.headers["content-type"]
            )
            body = await answer.json(content_type=None) if is_json and text else None
            return Reply(status=answer.status, headers=answer.headers, body=body, text=text)

    async def get(self, path: str, **rest: Any) -> Reply:
        """GET"""
        return await self.call("GET", path, **rest)

    async def post(self, path: str, json: Any = None, **rest: Any) -> Reply:
        """POST"""
        return await self.call("POST", path, json, **rest)

    async def payment(
        self,
        payment_id: str = "pay_01",
        amount: int = 10_000,
        *,
        token: str | None = None,
        key: str | None = None,
        **changes: Any,
    ) -> Reply:
        """Records a captured payment; without an id of its own where `id` is None."""
        body = {
            "id": payment_id,
            "merchant_id": MERCHANT,
            "captured_amount": amount,
            "currency": "EUR",
            "payment_method": {"type": "credit_card", "token": "tok_ok", "brand": "visa", "last4": "4242"},
            "gateway": "sandbox",
            "gateway_payment_id": f"gw_{payment_id}",
            "captured_at": "2026-02-20T10:00:00Z",
        } | changes
        if body["id"] is None:
            del body["id"]
        return await self.post("/v1/payments", body, token=token, key=key)

    async def refund(self, payment_id: str = "pay_01", amount: int | None = None, **rest: Any) -> Reply:
        """Asks for a refund."""
        asked = {"payment_id": payment_id, "reason": {"code": "requested_by_customer"}} | rest.pop("body", {})
        return await self.post("/v1/refunds", asked | ({} if amount is None else {"amount": amount}), **rest)


def free_port() -> int:
    """A loopback port that nothing listens on."""
    (port,) = free_ports(1)
    return port


@asynccontextmanager
async def running(
    world: World | None = None,
    others: Sequence[Endpoint] = (),
    verifier: TokenVerifier | None = None,
) -> AsyncIterator[Client]:
    """A running site with planted tenants, and `others` beside the services' routes.

    It believes the test's issuer, or whom `verifier` does.
    """
    world = world or World()
    await world.plant_tenants()
    parts = SiteParts(
        clock=world.clock,
        verifier=verifier or TokenVerifier(KEY.jwks(), ISSUER, AUDIENCE),
        jwks=KEY.jwks(),
        is_known_tenant=world.config_cache.is_known_tenant,
        reload=world.config_cache.refresh,
        policies=[api.policy(), parameters.policy()],
        problems=PROBLEMS,
        process_part="test",
        pings=world.pings,
        lesser_pings=world.lesser_pings,
        in_flight_max=world.in_flight_max,
        **world.site,
    )
    port = free_port()
    site = build_site(parts, lambda authorizer: [*world.endpoints(authorizer), *others])
    serving = await serve(site, "127.0.0.1", port)
    async with aiohttp.ClientSession() as session:
        try:
            yield Client(url=f"http://127.0.0.1:{port}", session=session, world=world)
        finally:
            await serving.stop()
