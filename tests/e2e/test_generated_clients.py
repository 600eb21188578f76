"""Clients generated from contract/openapi.json, in Python and TypeScript, make refunds at a running instance."""

import asyncio
import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.http.caller import Caller, token_of
from tests.support.processes.instance import Instance

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "contract" / "openapi.json"
TYPESCRIPT = Path(__file__).parent / "typescript_client"
TOOLS = TYPESCRIPT / "node_modules" / ".bin"
OF_PYTHON = "refunds_client"
TOOL_TIMEOUT_S = 120.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Shop:
    """A merchant at a running instance, with a payment of 100.00 USD for each client."""

    url: str
    token: str
    payments: list[str]


async def _opened(instance: Instance) -> Shop:
    await instance.start()
    async with Caller(instance.ready) as caller:
        await caller.plant_merchant()
        payments = [await caller.capture(10_000) for _ in range(2)]
    return Shop(url=instance.ready["url"], token=token_of(instance.ready), payments=payments)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One instance for the clients of all languages."""
    instance = Instance(tmp_path_factory.mktemp("instance"))
    try:
        yield asyncio.run(_opened(instance))
    finally:
        asyncio.run(instance.stop())


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The generated package, with the modules and classes that the test uses."""
    folder = tmp_path_factory.mktemp("python")
    config = folder / "generator.yaml"
    config.write_text(f"post_hooks: []\npackage_name_override: {OF_PYTHON}\n")
    generator = [sys.executable, "-P", "-m", "openapi_python_client", "generate", "--meta", "none"]
    _run(*generator, "--path", CONTRACT, "--output-path", folder / OF_PYTHON, "--config", config)
    sys.path.insert(0, str(folder))
    try:
        calls = importlib.import_module(f"{OF_PYTHON}.api.refunds")
        yield SimpleNamespace(
            client=importlib.import_module(OF_PYTHON).AuthenticatedClient,
            models=importlib.import_module(f"{OF_PYTHON}.models"),
            create_refund=importlib.import_module(f"{calls.__name__}.create_refund").sync,
            get_refund=importlib.import_module(f"{calls.__name__}.get_refund").sync,
            list_refund_events=importlib.import_module(f"{calls.__name__}.list_refund_events").sync,
        )
    finally:
        sys.path.remove(str(folder))


def _run(*command: str | Path, cwd: Path = ROOT) -> str:
    ended = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=TOOL_TIMEOUT_S,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_generated_python_client_makes_a_refund_reads_it_and_understands_a_refusal(
    shop: Shop, python: SimpleNamespace
) -> None:
    client = python.client(base_url=shop.url, token=shop.token)

    def requested(key: str, amount: int) -> Any:
        reason = python.models.ReasonBody(code="requested_by_customer")
        body = python.models.CreateRefundBody(payment_id=shop.payments[0], reason=reason, amount=amount)
        return python.create_refund(client=client, body=body, idempotency_key=key)

    created, repeated = requested("python-1", 700), requested("python-1", 700)
    read = python.get_refund(created.id, client=client)
    events = python.list_refund_events(created.id, client=client)
    refused = requested("python-2", 1_000_000)

    assert isinstance(created, python.models.RefundOut)
    assert repeated == created
    assert (read.id, read.amount, read.reason.code) == (created.id, 700, "requested_by_customer")
    assert read.created_at.tzinfo is not None
    assert events.data[0].type_ == "refund.requested"
    assert isinstance(refused, python.models.ProblemDocument)
    assert (refused.status, refused.code) == (422, "amount_exceeds_refundable")
    assert refused.errors[0].pointer == "/amount"


@pytest.mark.skipif(
    os.environ.get("CI") != "true" and (shutil.which("node") is None or not TOOLS.exists()),
    reason="needs Node.js >= 20 with npm, then scripts/setup-clients",
)
def test_generated_typescript_client_compiles_strictly_makes_a_refund_and_understands_a_refusal(
    shop: Shop, tmp_path: Path
) -> None:
    (tmp_path / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    shutil.copy(TYPESCRIPT / "make_refund.mts", tmp_path)
    types = tmp_path / "refunds-api.d.mts"
    _run(TOOLS / "openapi-typescript", CONTRACT, "--output", types, "--default-non-nullable=false")
    strict = ("--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom")
    _run(TOOLS / "tsc", *strict, "make_refund.mts", cwd=tmp_path)

    saw = json.loads(_run("node", "make_refund.mjs", shop.url, shop.token, shop.payments[1], cwd=tmp_path))

    assert saw.pop("readId") == saw.pop("id")
    assert saw == {
        "amount": 700,
        "reason": "requested_by_customer",
        "problem": "amount_exceeds_refundable",
        "pointer": "/amount",
    }
