"""A merchant's software: requests refunds over real HTTP, repeats each with the same key until it is answered.

Every acknowledged refund is remembered, so that a test can ask for each of them afterwards.
"""

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from refunds.runtime.auth.tokens import Claims, IssuerKey, issue

ISSUER, AUDIENCE = "brik-refunds-dev", "brik-refunds"
PATIENCE_S = 90.0
PAUSE_S = 0.1
FINAL = frozenset({"validation_failed", "rejected", "completed", "failed", "canceled", "reversed"})


def token_of(ready: Mapping[str, Any], role: str = "platform_admin", scope_id: str = "platform", sub: str = "") -> str:
    """A token of the instance's own issuer, with a second factor shown just now."""
    key = IssuerKey.from_json(Path(ready["issuer_key_file"]).read_bytes())
    now_s = int(time.time())  # noqa: TID251 - tokens are checked against the instance's real clock
    return issue(
        key,
        Claims(
            iss=ISSUER,
            aud=AUDIENCE,
            sub=sub or f"{role}:test",
            role=role,
            scope_id=scope_id,
            iat=now_s,
            exp=now_s + 3600,
            amr=["mfa"],
            auth_time=now_s,
        ),
    )


@dataclass
class Caller:
    """`ready` may be replaced while calls are under way: they go on at the new address."""

    ready: dict[str, Any]
    acknowledged: dict[str, str] = field(default_factory=dict)
    merchant_id: str = ""
    statuses: dict[int, int] = field(default_factory=dict)
    _session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Caller":
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()

    async def call(
        self, method: str, path: str, body: Any = None, *, key: str = "", token: str = ""
    ) -> tuple[int, Any, Mapping[str, str]]:
        """One request as it is; errors of the connection pass through."""
        assert self._session is not None
        headers = {"Authorization": f"Bearer {token or token_of(self.ready)}"}
        if method == "POST":
            headers["Idempotency-Key"] = key or uuid.uuid4().hex  # noqa: TID251 - a key only has to be fresh
        async with self._session.request(method, self.ready["url"] + path, json=body, headers=headers) as answer:
            self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
            is_json = "json" in answer.headers.get("content-type", "")
            return answer.status, await answer.json(content_type=None) if is_json else None, answer.headers

    async def text_of(self, path: str, body: Any, key: str) -> tuple[str, bool]:
        """The answer to a POST as it was written, and whether it says that it repeats an earlier one."""
        assert self._session is not None
        headers = {"Authorization": f"Bearer {token_of(self.ready)}", "Idempotency-Key": key}
        async with asyncio.timeout(PATIENCE_S):
            while True:
                async with self._session.post(self.ready["url"] + path, json=body, headers=headers) as answer:
                    if answer.status != 429:
                        assert answer.status == 201, await answer.text()
                        return await answer.text(), "idempotent-replayed" in answer.headers
                await asyncio.sleep(PAUSE_S)

    async def insist(self, method: str, path: str, body: Any = None, *, key: str = "") -> tuple[int, Any]:
        """Repeats with the same key until there is an answer that is not 429, 5xx or a lost connection."""
        key = key or uuid.uuid4().hex  # noqa: TID251 - a key only has to be fresh
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    status, answer, _ = await self.call(method, path, body, key=key)
                except (aiohttp.ClientError, TimeoutError, OSError):
                    status, answer = 0, None
                if status and status != 429 and status < 500:
                    return status, answer
                await asyncio.sleep(PAUSE_S)

    async def plant_merchant(self) -> str:
        """A merchant with all that is above it."""
        mark = uuid.uuid4().hex[:10]  # noqa: TID251 - tests on one instance do not share tenants
        parent = "platform"
        for kind, prefix in (("bank", "bnk"), ("program", "prg"), ("organization", "org"), ("merchant", "mer")):
            body = {"id": f"{prefix}_{mark}", "kind": kind, "parent_id": parent, "name": kind}
            status, answer = await self.insist("POST", "/v1/tenants", body)
            assert status == 201, answer
            parent = body["id"]
        self.merchant_id = parent
        return parent

    async def capture(self, amount: int = 10_000, token: str = "tok_ok", currency: str = "USD") -> str:
        """A captured payment; its id."""
        body = {
            "merchant_id": self.merchant_id,
            "captured_amount": amount,
            "currency": currency,
            "payment_method": {"type": "credit_card", "token": token},
            "gateway": "sandbox",
            "gateway_payment_id": f"gp_{uuid.uuid4().hex}",  # noqa: TID251 - as above
            "captured_at": "2026-11-20T00:00:00Z",
        }
        status, answer = await self.insist("POST", "/v1/payments", body)
        assert status == 201, answer
        return str(answer["id"])

    async def refund(self, payment_id: str, amount: int, *, key: str = "") -> tuple[int, Any]:
        """Insists on a refund; an acknowledged one is remembered with its payment."""
        body = {"payment_id": payment_id, "amount": amount, "reason": {"code": "requested_by_customer"}}
        status, answer = await self.insist("POST", "/v1/refunds", body, key=key)
        if status == 201:
            self.acknowledged[answer["id"]] = payment_id
        return status, answer

    async def settled(self, refund_id: str) -> str:
        """The final status of a refund, waited for."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                status, answer = await self.insist("GET", f"/v1/refunds/{refund_id}")
                assert status == 200, f"acknowledged and gone: {refund_id}: {answer}"
                if answer["status"] in FINAL:
                    return str(answer["status"])
                await asyncio.sleep(PAUSE_S)

    async def books(self) -> dict[str, dict[str, int]]:
        """Of each gateway payment: moved per reference, from the gateway's own books."""
        assert self._session is not None
        moved: dict[str, dict[str, int]] = {}
        cursor: str | None = ""
        while cursor is not None:
            url = f"{self.ready['sandbox_url']}/books?limit=1000" + (f"&cursor={cursor}" if cursor else "")
            async with self._session.get(url) as answer:
                page = await answer.json()
            for book in page["data"]:
                of = moved.setdefault(book["gateway_payment_id"], {})
                for movement in book["movements"]:
                    reference = movement["reference"] or movement["gateway_refund_id"]
                    of[reference] = of.get(reference, 0) + movement["amount"]
            cursor = page["next_cursor"] or None
        return moved
