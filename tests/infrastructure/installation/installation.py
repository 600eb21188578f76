"""The product as it runs on AWS, on this machine: five processes in an environment that Terraform applied.

Each reads what was rendered from Terraform's outputs, and its secret, with the credentials of its own task role.
MongoDB, Redis, the sandbox gateway and the services are real, and each service logs in to MongoDB with the rights that
it has on Atlas; AWS is the emulator; a small process routes by path, as the load balancer does, and another shows the
issuer's keys. All that differs from a task of ECS is in `DIFFERENCES`.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.infrastructure.installation.database_users import OPERATOR, create_users
from tests.infrastructure.installation.rendering import rendered_from
from tests.infrastructure.support.applied import AppliedEnvironment
from tests.infrastructure.support.emulator import Emulator
from tests.infrastructure.support.estate import Estate

from refunds.cli.client.data_folder import DataFolder
from refunds.cli.client.dev_tokens import AUDIENCE, ISSUER
from refunds.cli.client.ready_file import Ready, RunningService
from refunds.kit.config import Secret
from refunds.runtime.auth.tokens import IssuerKey
from refunds.runtime.process.migration import MigrationSettings, run_migration
from refunds_embedded.launcher.instance.addresses import SERVICES
from refunds_embedded.launcher.instance.instance_secrets import InstanceSecrets, open_instance_secrets
from refunds_embedded.launcher.instance.ports import LOOPBACK, free_ports
from refunds_embedded.launcher.instance.ready_file import write_ready
from refunds_embedded.launcher.servers import local_servers
from refunds_embedded.launcher.servers.probes import Probe, http_ready, port_open
from refunds_embedded.launcher.supervision.process import Process

KEYS_FILE = "jwks.json"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
POLL_S = 0.05

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AccessKeyId",
    "AWS_SECRET_ACCESS_KEY": "SecretAccessKey",
    "AWS_SESSION_TOKEN": "SessionToken",
}
"""Variable → what STS calls it."""

DIFFERENCES = {
    **dict.fromkeys(CREDENTIALS, "ECS hands the task role's credentials out by an address of its own"),
    "AWS_ENDPOINT_URL": "AWS is the emulator",
    "REFUNDS_HOST": "five services on one machine, reached by nobody else",
    "REFUNDS_PORT": "five services on one machine",
    "REFUNDS_ISSUER": "the demonstration signs its tokens itself: it is no user of the pool",
    "REFUNDS_JWKS_URL": "the keys of that issuer, by HTTP",
    "REFUNDS_AUDIENCE": "whom that issuer's tokens are for: no client of the pool",
    "REFUNDS_SANDBOX_URL": "gateway-integration's gateway: the sandbox; no task definition names a gateway yet",
    "REFUNDS_SAMPLE": "the demonstration's short waits",
    "REFUNDS_ANCHOR_EVERY_S": "the demonstration is over before the second anchor of a minute",
}
"""Variable → why a service here has another text for it than its task definition. Nothing else may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A running one. `ready_file` is how the command line finds it; `environ` is that of its user, an operator.

    `rendered` is what Terraform's outputs say of each service, `started` what its process was given, `key_ids` whose
    credentials sign its calls.
    """

    applied: AppliedEnvironment
    ready_file: Path
    mongodb_uri: str
    redis_uri: str
    environ: Mapping[str, str]
    ports: Mapping[str, int]
    rendered: Mapping[str, Mapping[str, str]]
    started: Mapping[str, Mapping[str, str]]

    @property
    def key_ids(self) -> Mapping[str, str]:
        """Service → id of the access key that its calls are signed with."""
        return {service: environ["AWS_ACCESS_KEY_ID"] for service, environ in self.started.items()}


@contextlib.asynccontextmanager
async def installation(folder: Path, applied: AppliedEnvironment) -> AsyncIterator[Installation]:
    """Everything but AWS, from empty; ended at the end."""
    async with contextlib.AsyncExitStack() as stack:
        (folder / "data").mkdir()
        secrets = open_instance_secrets(DataFolder(folder / "data"))
        password = secrets.mongodb_password
        database = await stack.enter_async_context(local_servers.replica_set(folder / "mongodb", password=password))
        users = await create_users(database.uri, password)
        redis = await stack.enter_async_context(local_servers.redis(folder / "redis"))
        fill_secrets(applied, users, redis.uri, secrets)
        rendered = rendered_from(applied.outputs_text(), folder / "config")
        door, sandbox, keys, *others = free_ports(3 + len(SERVICES))
        ports = dict(zip(SERVICES, others, strict=True))
        url = f"http://{LOOPBACK}:{door}"
        environ = {**_own_environ(), **_operator(applied)}
        local = {
            "AWS_ENDPOINT_URL": applied.emulator.endpoint,
            "REFUNDS_HOST": LOOPBACK,
            "REFUNDS_AUDIENCE": AUDIENCE,
            "REFUNDS_ISSUER": ISSUER,
            "REFUNDS_JWKS_URL": f"http://{LOOPBACK}:{keys}/{KEYS_FILE}",
            "REFUNDS_SAMPLE": "1",
        }
        own = {
            "gateway-integration": {"REFUNDS_SANDBOX_URL": f"http://{LOOPBACK}:{sandbox}"},
            "reporting-engine": {"REFUNDS_ANCHOR_EVERY_S": "5"},
        }
        estate = applied.estate()
        started = {
            service: {
                **rendered[service],
                **local,
                **own.get(service, {}),
                **task_credentials(applied.emulator, estate, service),
                "REFUNDS_PORT": str(ports[service]),
            }
            for service in SERVICES
        }
        processes: dict[str, Process] = {}
        stack.push_async_callback(_stop, processes)
        processes["issuer"] = _issuer(folder, keys, secrets)
        processes["load-balancer"] = _load_balancer(folder, door, ports)
        processes["sandbox"] = _sandbox(folder, sandbox, url, secrets)
        await _all_ready(folder, processes, {"issuer": port_open(LOOPBACK, keys)})
        await run_migration(MigrationSettings(mongodb_uri=Secret(users["migrate"])))
        for service in SERVICES:
            processes[service] = _spawn(folder, service, {**_own_environ(), **started[service]})
        probes = {name: http_ready(LOOPBACK, port) for name, port in ports.items()}
        probes |= {"sandbox": http_ready(LOOPBACK, sandbox), "load-balancer": http_ready(LOOPBACK, door)}
        await _all_ready(folder, processes, probes)
        ready_file = folder / "ready.json"
        write_ready(
            ready_file,
            Ready(
                url=url,
                sandbox_url=f"http://{LOOPBACK}:{sandbox}",
                mongodb_uri=users[OPERATOR],
                redis_uri=redis.uri,
                pid=os.getpid(),
                services={
                    name: RunningService(pid=processes[name].pid, url=f"http://{LOOPBACK}:{ports[name]}")
                    for name in SERVICES
                },
                children={name: process.pid for name, process in processes.items()},
                issuer_key_file=secrets.issuer_key_file,
                data_dir=folder / "data",
            ),
        )
        yield Installation(
            applied=applied,
            ready_file=ready_file,
            mongodb_uri=database.uri,
            redis_uri=redis.uri,
            environ=environ,
            ports=ports,
            rendered=rendered,
            started=started,
        )


def fill_secrets(
    applied: AppliedEnvironment, users: Mapping[str, str], redis_uri: str, secrets: InstanceSecrets
) -> None:
    """What an operator and the rotation of the cache's token write into each service's secret; only its own."""
    own = {"gateway-integration": {"sandbox_webhook_secret": str(secrets.webhook_secret)}}
    client = applied.emulator.client("secretsmanager")
    for service, arn in applied.outputs()["service_secret_arns"].items():
        common = {"mongodb_uri": users[service], "redis_uri": redis_uri}
        client.put_secret_value(SecretId=arn, SecretString=json.dumps(common | own.get(service, {})))


def task_credentials(emulator: Emulator, estate: Estate, service: str) -> Mapping[str, str]:
    """Those of the service's task role, as STS gives them to ECS."""
    role = next(each for each in estate.of("aws_iam_role", service) if each.name == "task")
    given = emulator.client("sts").assume_role(RoleArn=role["arn"], RoleSessionName=service)["Credentials"]
    return {variable: given[name] for variable, name in CREDENTIALS.items()}


def _own_environ() -> Mapping[str, str]:
    return {name: text for name, text in os.environ.items() if not name.startswith(("REFUNDS_", "AWS_"))}


def _operator(applied: AppliedEnvironment) -> Mapping[str, str]:
    """Whoever uses the command line: somebody else than the services."""
    credentials = {"AWS_ACCESS_KEY_ID": "operator", "AWS_SECRET_ACCESS_KEY": "operator"}
    return {**credentials, "AWS_ENDPOINT_URL": applied.emulator.endpoint}


def _issuer(folder: Path, port: int, secrets: InstanceSecrets) -> Process:
    """Shows the public keys of the embedded issuer, and nothing else."""
    (folder / "issuer").mkdir()
    (folder / "issuer" / KEYS_FILE).write_bytes(IssuerKey.from_json(secrets.issuer_key_file.read_bytes()).jwks())
    command = (sys.executable, "-m", "http.server", "--bind", LOOPBACK, "--directory", str(folder / "issuer"))
    return Process.spawn((*command, str(port)), _own_environ(), folder / "issuer.log")


def _load_balancer(folder: Path, port: int, ports: Mapping[str, int]) -> Process:
    routes = {
        "/webhooks/": f"http://{LOOPBACK}:{ports['gateway-integration']}",
        "/v1/parameters": f"http://{LOOPBACK}:{ports['parameter-resolution']}",
        "/": f"http://{LOOPBACK}:{ports['api']}",
    }
    leads = (sys.executable, "-m", "tests.support.http.load_balancer", str(port), json.dumps(routes))
    return Process.spawn(leads, _own_environ(), folder / "load-balancer.log")


def _sandbox(folder: Path, port: int, url: str, secrets: InstanceSecrets) -> Process:
    (folder / "sandbox").mkdir()
    own = {
        "REFUNDS_SANDBOX_HOST": LOOPBACK,
        "REFUNDS_SANDBOX_PORT": str(port),
        "REFUNDS_SANDBOX_DATA_DIR": str(folder / "sandbox"),
        "REFUNDS_SANDBOX_WEBHOOK_URL": f"{url}/webhooks/sandbox",
        "REFUNDS_SANDBOX_WEBHOOK_SECRET": str(secrets.webhook_secret),
    }
    return _spawn(folder, "sandbox", {**_own_environ(), **own})


def _spawn(folder: Path, name: str, environ: Mapping[str, str]) -> Process:
    return Process.spawn((sys.executable, "-P", "-m", "refunds", name), environ, folder / f"{name}.log")


async def _all_ready(folder: Path, processes: Mapping[str, Process], probes: Mapping[str, Probe]) -> None:
    async with asyncio.timeout(START_TIMEOUT_S):
        for name, is_ready in probes.items():
            while not await is_ready():
                assert processes[name].is_running, (folder / f"{name}.log").read_text()
                await asyncio.sleep(POLL_S)


async def _stop(processes: Mapping[str, Process]) -> None:
    await asyncio.gather(*(process.stop(STOP_TIMEOUT_S) for process in processes.values()))
