"""Proves that every contract of the house, and the ban on clocks and random ids, catches its
violation: each test writes one violating module into a copy of the source and looks it over."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

VIOLATIONS = {
    "layers: upwards": ("layers", "domain/offender.py", "import refunds.ports"),
    "layers: kit knows a use case": ("layers", "kit/offender.py", "import refunds.usecases"),
    "layers: the domain builds prose": ("layers", "domain/offender.py", "import refunds.texts"),
    "layers: a use case builds prose": ("layers", "usecases/offender.py", "import refunds.texts"),
    "layers: a room without a floor": ("layers", "offender.py", ""),
    "services: one knows another": (
        "services",
        "services/api/offender.py",
        "import refunds.services.request_manager",
    ),
    "adapters: one knows another": (
        "adapters",
        "adapters/redis/offender.py",
        "import refunds.adapters.mongo",
    ),
    "gateways: the hall knows a gateway": (
        "gateways",
        "services/request_manager/offender.py",
        "import refunds.adapters.gateways",
    ),
    "gateways: the runtime knows a gateway": (
        "gateways",
        "runtime/offender.py",
        "import refunds.adapters.gateways",
    ),
    "extras: a service knows the sandbox": ("extras", "services/api/offender.py", "import refunds_embedded.sandbox"),
    "extras: a command knows the launcher": ("extras", "cli/offender.py", "import refunds_embedded.launcher"),
    "extras: a command knows the simulator": ("extras", "cli/offender.py", "import refunds_simulation"),
    "sandbox: it knows the product": (
        "sandbox",
        "../refunds_embedded/sandbox/offender.py",
        "from refunds.domain import *",
    ),
    "embedded: the launcher knows the demonstration": (
        "embedded",
        "../refunds_embedded/launcher/offender.py",
        "import refunds_embedded.demo",
    ),
    "embedded: the sandbox knows the launcher": (
        "embedded",
        "../refunds_embedded/sandbox/offender.py",
        "import refunds_embedded.launcher",
    ),
    "embedded: a package without a layer": ("embedded", "../refunds_embedded/offender.py", ""),
    "pure: the domain knows the machine": ("pure", "domain/offender.py", "import os"),
    "pure: a port is bound to asyncio": ("pure", "ports/offender.py", "import asyncio"),
    "pure: a story draws lots": ("pure", "usecases/offender.py", "import random"),
    "pure: a story knows the driver": ("pure", "usecases/offender.py", "import pymongo"),
    "pure: a story logs": ("pure", "usecases/offender.py", "import logging"),
    "domain: it needs a library": ("domain", "domain/offender.py", "import stamina"),
    "domain: a payment knows the rules of attempts": (
        "domain-inside",
        "domain/payment/offender.py",
        "import refunds.domain.attempt",
    ),
    "domain: eligibility and attempts know each other": (
        "domain-inside",
        "domain/eligibility/offender.py",
        "import refunds.domain.attempt",
    ),
    "domain: a module without a layer": ("domain-inside", "domain/offender.py", ""),
    "usecases: settings know refunds": (
        "usecases-inside",
        "usecases/settings/offender.py",
        "import refunds.usecases.refunds",
    ),
    "usecases: refunds and gateways know each other": (
        "usecases-inside",
        "usecases/refunds/offender.py",
        "import refunds.usecases.gateway",
    ),
    "mongo: the payment store knows the read models": (
        "mongo-inside",
        "adapters/mongo/payments/offender.py",
        "import refunds.adapters.mongo.projections",
    ),
    "mongo: read models and settings know each other": (
        "mongo-inside",
        "adapters/mongo/projections/offender.py",
        "import refunds.adapters.mongo.settings",
    ),
    "runtime: requests know who may send them": (
        "runtime-inside",
        "runtime/http/offender.py",
        "import refunds.runtime.auth",
    ),
    "runtime: tokens know the schema of bodies": (
        "runtime-inside",
        "runtime/auth/offender.py",
        "import refunds.runtime.schema",
    ),
}


def _lint_imports(source: Path, contract: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    command += ["--config", ROOT / "pyproject.toml", "--contract", contract]
    environ = {**os.environ, "PYTHONPATH": str(source)}
    return subprocess.run(command, cwd=source, env=environ, capture_output=True, text=True, check=False)


def _ruff(path_in_src: str, code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "TID251"]
    command += ["--stdin-filename", ROOT / "src/refunds" / path_in_src, "-"]
    return subprocess.run(command, cwd=ROOT, input=code, capture_output=True, text=True, check=False)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for of in ("src/refunds", "embedded/refunds_embedded"):
        shutil.copytree(ROOT / of, tmp_path / Path(of).name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.mark.slow  # a run of the import linter each
@pytest.mark.parametrize("violation", VIOLATIONS)
def test_contract_catches_its_violation(source: Path, violation: str) -> None:
    contract, path, code = VIOLATIONS[violation]
    (source / "refunds" / path).write_text(code + "\n")

    result = _lint_imports(source, contract)

    assert result.returncode == 1, result.stdout + result.stderr
    assert "offender" in result.stdout


def test_gateway_integration_may_talk_to_gateways(source: Path) -> None:
    allowed = source / "refunds/services/gateway_integration/offender.py"
    allowed.write_text("import refunds.adapters.gateways\n")

    result = _lint_imports(source, "gateways")

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    "code",
    [
        "import datetime\ndatetime.datetime.now(datetime.UTC)\n",
        "from datetime import datetime\ndatetime.utcnow()\n",
        "import time\ntime.time()\n",
        "from uuid import uuid4\nuuid4()\n",
    ],
)
def test_clock_and_random_ids_are_banned_outside_their_adapters(code: str) -> None:
    assert _ruff("usecases/offender.py", code).returncode == 1
    assert _ruff("adapters/local/clock.py", code).returncode == 0
    assert _ruff("adapters/local/ids.py", code).returncode == 0
