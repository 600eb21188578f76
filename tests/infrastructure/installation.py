"""The product as it runs on AWS, on this machine: five processes, each from its rendered environment and its secret.

MongoDB, Redis, the sandbox gateway and the services are real; AWS is the emulator; a small process routes by path, as
the load balancer does.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.infrastructure.aws_parts import AwsParts, make_parts
from tests.support import aws

from refunds.launcher import servers
from refunds.launcher.addresses import SERVICES
from refunds.launcher.folder import DataFolder
from refunds.launcher.ports import LOOPBACK, free_ports
from refunds.launcher.probes import http_ready
from refunds.launcher.process import Process
from refunds.launcher.ready_file import Ready, RunningService, write_ready
from refunds.launcher.vault import Vault, open_vault

RENDER = Path(__file__).parents[2] / "infrastructure" / "scripts" / "render-config"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
POLL_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A running one. `ready_file` is how the command line finds it; `environ` leads AWS's library to the emulator."""

    ready_file: Path
    mongodb_uri: str
    parts: AwsParts
    aws_url: str
    environ: Mapping[str, str]
    ports: Mapping[str, int]


@contextlib.asynccontextmanager
async def installation(folder: Path) -> AsyncIterator[Installation]:
    """Everything, from empty; ended at the end."""
    async with contextlib.AsyncExitStack() as stack:
        emulator = await stack.enter_async_context(aws.emulator(folder))
        database = await stack.enter_async_context(servers.replica_set(folder / "mongodb"))
        redis = await stack.enter_async_context(servers.redis(folder / "redis"))
        (folder / "data").mkdir()
        vault = open_vault(DataFolder(folder / "data"))
        members = {
            "mongodb_uri": database.uri,
            "redis_uri": redis.uri,
            "sandbox_webhook_secret": str(vault.webhook_secret),
        }
        clients = await stack.enter_async_context(aws.clients(aws.url_of(emulator)))
        parts = await make_parts(clients, dict.fromkeys(SERVICES, members))
        rendered = render(folder, parts.service_environment())
        door, sandbox, *others = free_ports(2 + len(SERVICES))
        ports = dict(zip(SERVICES, others, strict=True))
        away = {name: text for name, text in os.environ.items() if not name.startswith(("REFUNDS_", "AWS_"))}
        environ = {**away, **aws.NOBODY, "AWS_ENDPOINT_URL": aws.url_of(emulator)}
        routes = {
            "/webhooks/": f"http://{LOOPBACK}:{ports['gateway-integration']}",
            "/v1/parameters": f"http://{LOOPBACK}:{ports['parameter-resolution']}",
            "/": f"http://{LOOPBACK}:{ports['api']}",
        }
        url = f"http://{LOOPBACK}:{door}"
        leads = (sys.executable, "-m", "tests.support.load_balancer", str(door), json.dumps(routes))
        processes = {
            "load-balancer": Process.spawn(leads, environ, folder / "load-balancer.log"),
            "sandbox": _sandbox(folder, sandbox, url, vault, environ),
        }
        stack.push_async_callback(_stop, processes)
        for service in SERVICES:
            local = {
                "REFUNDS_HOST": LOOPBACK,
                "REFUNDS_PORT": str(ports[service]),
                "REFUNDS_SANDBOX_URL": f"http://{LOOPBACK}:{sandbox}",
                "REFUNDS_ISSUER_KEY_FILE": str(vault.issuer_key_file),
                "REFUNDS_PUBLIC_URL": url,
                "REFUNDS_SAMPLE": "1",
            }
            processes[service] = _spawn(folder, service, {**environ, **rendered[service], **local})
        await _all_ready(folder, processes, {**ports, "sandbox": sandbox, "load-balancer": door})
        ready_file = folder / "ready.json"
        write_ready(
            ready_file,
            Ready(
                url=url,
                sandbox_url=f"http://{LOOPBACK}:{sandbox}",
                mongodb_uri=database.uri,
                redis_uri=redis.uri,
                pid=os.getpid(),
                services={
                    name: RunningService(pid=processes[name].pid, url=f"http://{LOOPBACK}:{ports[name]}")
                    for name in SERVICES
                },
                children={name: process.pid for name, process in processes.items()},
                issuer_key_file=vault.issuer_key_file,
                data_dir=folder / "data",
            ),
        )
        yield Installation(
            ready_file=ready_file,
            mongodb_uri=database.uri,
            parts=parts,
            aws_url=aws.url_of(emulator),
            environ=environ,
            ports=ports,
        )


def render(folder: Path, service_environment: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
    """What the script that a deployment uses makes of the outputs, read back from its files."""
    outputs = {"service_environment": {"value": service_environment, "type": "map", "sensitive": False}}
    (folder / "outputs.json").write_text(json.dumps(outputs))
    subprocess.run([sys.executable, str(RENDER), str(folder / "outputs.json"), str(folder / "config")], check=True)
    return {service: _read(folder / "config" / f"{service}.env") for service in SERVICES}


def _read(file: Path) -> Mapping[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def _sandbox(folder: Path, port: int, url: str, vault: Vault, environ: Mapping[str, str]) -> Process:
    (folder / "sandbox").mkdir()
    own = {
        "REFUNDS_SANDBOX_HOST": LOOPBACK,
        "REFUNDS_SANDBOX_PORT": str(port),
        "REFUNDS_SANDBOX_DATA_DIR": str(folder / "sandbox"),
        "REFUNDS_SANDBOX_WEBHOOK_URL": f"{url}/webhooks/sandbox",
        "REFUNDS_SANDBOX_WEBHOOK_SECRET": str(vault.webhook_secret),
    }
    return _spawn(folder, "sandbox", {**environ, **own})


def _spawn(folder: Path, name: str, environ: Mapping[str, str]) -> Process:
    return Process.spawn((sys.executable, "-P", "-m", "refunds", name), environ, folder / f"{name}.log")


async def _all_ready(folder: Path, processes: Mapping[str, Process], ports: Mapping[str, int]) -> None:
    async with asyncio.timeout(START_TIMEOUT_S):
        for name, port in ports.items():
            while not await http_ready(LOOPBACK, port)():
                assert processes[name].is_running, (folder / f"{name}.log").read_text()
                await asyncio.sleep(POLL_S)


async def _stop(processes: Mapping[str, Process]) -> None:
    await asyncio.gather(*(process.stop(STOP_TIMEOUT_S) for process in processes.values()))
