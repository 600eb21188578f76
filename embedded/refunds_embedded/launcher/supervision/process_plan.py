"""Plans the processes of an embedded instance. A plan has the command and environment of each process.

`up.py` starts the planned processes. A service reads its settings only from its environment. So the launcher passes all
settings in environment variables.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from refunds.cli.client.data_folder import DataFolder
from refunds.cli.client.ready_file import DATABASE
from refunds_embedded.launcher.instance.addresses import SERVICES, Address, Addresses
from refunds_embedded.launcher.instance.instance_secrets import InstanceSecrets
from refunds_embedded.launcher.instance.options import UpOptions
from refunds_embedded.launcher.instance.ports import LOOPBACK, reachable_host
from refunds_embedded.launcher.instance.settings import LauncherSettings
from refunds_embedded.launcher.servers import mongodb, redis_server
from refunds_embedded.launcher.servers.binaries import MONGOD, REDIS_SERVER, find_binary
from refunds_embedded.launcher.servers.probes import http_ready, port_open, redis_ready
from refunds_embedded.launcher.supervision.orphan_cleanup import MARK
from refunds_embedded.launcher.supervision.supervisor import ChildSpec, StopTurn

SANDBOX, MONGODB, REDIS = "sandbox", "mongodb", "redis"
FRONTEND = "frontend"

Program = Callable[[str], tuple[str, ...]]


def python_program(name: str) -> tuple[str, ...]:
    """Returns the command that runs a service, all services (`all`), or the sandbox gateway."""
    return (sys.executable, "-P", "-m", "refunds", name)


def _entry_of(name: str) -> str:
    """Returns the name of the program that runs a service.

    For the api, this is the frontend. It also serves the parameters, because there is no load balancer.
    """
    return FRONTEND if name.split("-", maxsplit=1)[0] == SERVICES[0] else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Creates the specs of all child processes."""

    options: UpOptions
    settings: LauncherSettings
    folder: DataFolder
    instance_secrets: InstanceSecrets
    addresses: Addresses
    environ: Mapping[str, str]
    program: Program

    @property
    def mongodb_uri(self) -> str:
        """Returns the MongoDB URI from the options if it is set, else the URI of the launcher's own server."""
        port, password = self.addresses.mongodb_port, self.instance_secrets.mongodb_password
        return self.options.mongodb_uri or mongodb.uri([port], password)

    @property
    def redis_uri(self) -> str:
        """Returns the Redis URI from the options if it is set, else the URI of the launcher's own server."""
        port, password = self.addresses.redis_port, self.instance_secrets.redis_password
        return self.options.redis_uri or redis_server.uri(port, password)

    def mongodb(self) -> ChildSpec:
        """Plans the launcher's mongod. The replica set is formed later, when mongod listens."""
        files = mongodb.MongodFiles(
            binary=find_binary(MONGOD, self.environ.get("PATH"), self.folder.binaries),
            folder=self.folder.mongodb,
            key_file=self.instance_secrets.mongodb_key_file,
        )
        port = self.addresses.mongodb_port
        return ChildSpec(
            name=MONGODB,
            command=mongodb.command(files, port, self.settings),
            environ=self._marked_environ,
            log_file=self.folder.log_file(MONGODB),
            probe=port_open(LOOPBACK, port),
            stop_turn=StopTurn.MONGODB,
            drain_s=self.settings.drain_mongodb_s,
        )

    def redis(self) -> ChildSpec:
        """Plans the launcher's redis-server and writes its configuration file."""
        port, password = self.addresses.redis_port, self.instance_secrets.redis_password
        binary = find_binary(REDIS_SERVER, self.environ.get("PATH"), self.folder.binaries)
        configuration = redis_server.configure(self.folder.redis, port, password, self.settings)
        return ChildSpec(
            name=REDIS,
            command=redis_server.command(binary, configuration),
            environ=self._marked_environ,
            log_file=self.folder.log_file(REDIS),
            probe=redis_ready(LOOPBACK, port, password),
            stop_turn=StopTurn.REDIS,
            drain_s=self.settings.drain_redis_s,
        )

    def sandbox(self) -> ChildSpec:
        """Plans the process of the sandbox gateway."""
        address = self.addresses.sandbox
        return ChildSpec(
            name=SANDBOX,
            command=self.program(SANDBOX),
            environ={
                **self._marked_environ,
                "REFUNDS_SANDBOX_HOST": address.host,
                "REFUNDS_SANDBOX_PORT": str(address.port),
                "REFUNDS_SANDBOX_DATA_DIR": str(self.folder.sandbox),
                "REFUNDS_SANDBOX_WEBHOOK_URL": self.addresses.webhook_url,
                "REFUNDS_SANDBOX_WEBHOOK_SECRET": str(self.instance_secrets.webhook_secret),
            },
            log_file=self.folder.log_file(SANDBOX),
            probe=http_ready(address.host, address.port),
            stop_turn=StopTurn.SANDBOX,
            drain_s=self.settings.drain_sandbox_s,
        )

    def services(self) -> tuple[ChildSpec, ...]:
        """Plans one process that runs all services, or one process for each service."""
        return tuple(self._service(name, a) for name, a in self.addresses.services.items())

    def _service(self, name: str, address: Address) -> ChildSpec:
        return ChildSpec(
            name=name,
            command=self.program(_entry_of(name)),
            environ={
                **self._marked_environ,
                **self._service_environ,
                "REFUNDS_HOST": address.host,
                "REFUNDS_PORT": str(address.port),
            },
            log_file=self.folder.log_file(name),
            probe=http_ready(reachable_host(address.host), address.port),
            stop_turn=StopTurn.SERVICES,
            drain_s=self.settings.drain_service_s,
        )

    @property
    def _service_environ(self) -> dict[str, str]:
        hints = self.environ.get("REFUNDS_HINTS") or ("redis" if self.options.split else "memory")
        return {
            "REFUNDS_MONGODB_URI": self.mongodb_uri,
            "REFUNDS_MONGODB_DATABASE": DATABASE,
            "REFUNDS_REDIS_URI": self.redis_uri,
            "REFUNDS_SANDBOX_URL": self.addresses.sandbox.url,
            "REFUNDS_SANDBOX_WEBHOOK_SECRET": str(self.instance_secrets.webhook_secret),
            "REFUNDS_ISSUER_KEY_FILE": str(self.instance_secrets.issuer_key_file),
            **self._anchors_environ,
            "REFUNDS_HINTS": hints,
            "REFUNDS_PUBLIC_URL": self.addresses.public_url,
            "REFUNDS_SAMPLE": "1" if self.options.sample else "0",
        }

    @property
    def _anchors_environ(self) -> dict[str, str]:
        """Returns the environment variables that make services store the anchors in the data folder.

        Returns no variables if the environment already names a bucket for the anchors.
        """
        if self.environ.get("REFUNDS_ANCHOR_BUCKET"):
            return {}
        return {
            "REFUNDS_ANCHORS_FOLDER": str(self.folder.anchors),
            "REFUNDS_ANCHOR_KEY_FILE": str(self.instance_secrets.anchor_key_file),
        }

    @property
    def _marked_environ(self) -> dict[str, str]:
        """Returns the environment with the mark that `end_orphans` searches for."""
        return {**self.environ, MARK: str(self.folder.root)}
