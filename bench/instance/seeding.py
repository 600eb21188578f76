"""Creates tenants and payments through the public API before anything is measured.

All ids contain the name of the benchmark run, so several benchmark runs can use one data folder.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, islice

from bench.errors import SeedingFailed
from bench.instance.http import call
from bench.instance.ready import Ready, address_of
from bench.instance.tokens import bearer
from bench.load.plan import LoadPlan, LoadResult
from bench.load.requests import request_bytes
from bench.load.spawn import run_load
from refunds.adapters.local.clock import SystemClock
from refunds.adapters.local.ids import SystemIds

MERCHANTS = 16
SEED_CONNECTIONS = 64
CAPTURED_AMOUNT = 500_000
_CHAIN = (("bank", "bnk"), ("program", "prg"), ("organization", "org"))


@dataclass(slots=True)
class Seeder:
    """Creates what the benchmarks need. `run` is the name of the benchmark run, and is part of every id."""

    ready: Ready
    run: str
    merchants: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _token: str = ""

    def headers(self, key: str) -> dict[str, str]:
        """Returns the headers of a POST that creates something under this idempotency key."""
        return {"Authorization": self.token, "Idempotency-Key": key}

    @property
    def token(self) -> str:
        """Returns the token that all measured requests use, as a platform's own software would."""
        if not self._token:
            self._token = bearer(self.ready, "service")
        return self._token

    def tenants(self) -> None:
        """Creates a bank, a program, an organization, and the organization's merchants."""
        parent_id = "platform"
        for kind, prefix in _CHAIN:
            self._tenant(kind, f"{prefix}_{self.run}", parent_id)
            parent_id = f"{prefix}_{self.run}"
        for number in range(MERCHANTS):
            self.merchants.append(self.merchant(f"{number:02d}"))

    def merchant(self, name: str) -> str:
        """Creates one more merchant of the organization and returns its id."""
        merchant_id = f"mer_{self.run}{name}"
        self._tenant("merchant", merchant_id, f"org_{self.run}")
        return merchant_id

    def _tenant(self, kind: str, tenant_id: str, parent_id: str) -> None:
        admin = bearer(self.ready, "platform_admin", with_mfa=True)
        body = {"id": tenant_id, "kind": kind, "parent_id": parent_id, "name": f"Bench {tenant_id}"}
        headers = {"Authorization": admin, "Idempotency-Key": f"tenant-{tenant_id}"}
        call(self.ready.url, "POST", "/v1/tenants", headers=headers, body=body)

    def set_parameter(self, name: str, value: object, tenant_id: str = "platform") -> None:
        """Sets a parameter. The value applies from now on."""
        admin = bearer(self.ready, "platform_admin", with_mfa=True)
        headers = {"Authorization": admin, "Idempotency-Key": f"{name}-{SystemIds().new('set')}"}
        body = {"tenant_id": tenant_id, "value": value}
        call(self.ready.url, "POST", f"/v1/parameters/{name}/values", headers=headers, body=body)

    def payments(
        self,
        wanted: int,
        merchants: Sequence[str] = (),
        captured_amount: int = CAPTURED_AMOUNT,
        token: str = "tok_ok",
    ) -> tuple[list[str], LoadResult]:
        """Creates captured payments of these merchants in turn. If `merchants` is empty, uses all merchants.

        Returns the payments' ids and how fast they were created.
        """
        captured_at = (SystemClock().now() - timedelta(days=1)).isoformat().replace("+00:00", "Z")
        of = merchants or self.merchants
        numbers = list(islice(self._numbers, wanted))
        ids = [f"pay_{self.run}{number:07d}" for number in numbers]
        requests = [
            request_bytes(
                "POST",
                "/v1/payments",
                headers=self.headers(payment_id),
                body=self._payment(payment_id, number, captured_at, token)
                | {"merchant_id": of[number % len(of)], "captured_amount": captured_amount},
            )
            for payment_id, number in zip(ids, numbers, strict=True)
        ]
        result = self._send(requests)
        if result.accepted != wanted:
            raise SeedingFailed(f"{result.accepted} of {wanted} payments: {result.refused_sample}")
        return ids, result

    def _payment(self, payment_id: str, number: int, captured_at: str, token: str) -> dict[str, object]:
        return {
            "id": payment_id,
            "currency": "USD",
            "payment_method": {"type": "credit_card", "token": token},
            "gateway": "sandbox",
            "gateway_payment_id": f"gp_{payment_id}",
            "captured_at": captured_at,
            "customer_id": f"cus_{self.run}{number % 1000:04d}",
        }

    def _send(self, requests: list[bytes]) -> LoadResult:
        host, port = address_of(self.ready.url)
        plan = LoadPlan(
            host=host,
            port=port,
            requests=requests,
            connections=SEED_CONNECTIONS,
            seconds=600.0,
            timeout_s=30.0,
        )
        return run_load(plan)
