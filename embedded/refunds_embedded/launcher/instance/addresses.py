"""Chooses the addresses of an embedded instance's processes once, when the instance starts."""

from collections.abc import Mapping
from dataclasses import dataclass

from refunds.cli.client.data_folder import DataFolder
from refunds.cli.client.ready_file import RunningService
from refunds_embedded.launcher.instance.errors import WorkersOutOfRange
from refunds_embedded.launcher.instance.options import UpOptions
from refunds_embedded.launcher.instance.ports import LOOPBACK, claim_port, free_ports, is_free, reachable_host

ALL = "all"
API_WORKERS_MAX = 16
WEBHOOK_TAKER = "gateway-integration"
WEBHOOK_PATH = "/webhooks/sandbox"
SERVICES = (
    "api",  # the public frontend comes first
    "request-manager",
    WEBHOOK_TAKER,
    "parameter-resolution",
    "reporting-engine",
)


def worker_name(number: int) -> str:
    """Returns the name of the api process with this number. All api processes share the public port.

    The kernel distributes connections among these processes.
    """
    return f"{SERVICES[0]}-{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The host and port at which one process listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """Returns the URL at which the process can be reached on this machine."""
        host = reachable_host(self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The addresses of all processes of an instance.

    `services` is in the order of start. The first service is the public frontend.
    """

    mongodb_port: int
    redis_port: int
    sandbox: Address
    services: Mapping[str, Address]

    @property
    def public_url(self) -> str:
        """Returns the URL of the public frontend."""
        return next(iter(self.services.values())).url

    @property
    def webhook_url(self) -> str:
        """Returns the URL to which the sandbox gateway sends its webhooks."""
        taker = self.services.get(WEBHOOK_TAKER)
        return (taker.url if taker else self.public_url) + WEBHOOK_PATH

    def running(self, pids: Mapping[str, int]) -> dict[str, RunningService]:
        """Returns the process id and URL of each of the five services."""
        if ALL in self.services:
            return dict.fromkeys(SERVICES, RunningService(pid=pids[ALL], url=self.public_url))
        return {n: RunningService(pid=pids[n], url=a.url) for n, a in self.services.items()}


def check_workers(options: UpOptions) -> None:
    """Raises WorkersOutOfRange if `api_workers` processes cannot share the public port."""
    most = API_WORKERS_MAX if options.split else 1
    if not 1 <= options.api_workers <= most:
        raise WorkersOutOfRange(options.api_workers, API_WORKERS_MAX)


def choose_addresses(options: UpOptions, folder: DataFolder) -> Addresses:
    """Chooses free ports for all processes. mongod keeps its port if possible.

    The port of mongod should stay the same, because its replica set stores it. Raises the error of `check_workers`.
    """
    check_workers(options)
    front = Address(host=options.host, port=claim_port(options.host, options.port))
    mongodb_port, redis_port, sandbox_port, *others = free_ports(2 + len(SERVICES))
    services = {ALL: front}
    if options.split:
        listeners = [front, *(Address(host=LOOPBACK, port=port) for port in others)]
        services = dict(zip(SERVICES, listeners, strict=True))
        services |= {worker_name(number): front for number in range(2, options.api_workers + 1)}
    return Addresses(
        mongodb_port=_port_of_last_time(folder) or mongodb_port,
        redis_port=redis_port,
        sandbox=Address(host=LOOPBACK, port=sandbox_port),
        services=services,
    )


def _port_of_last_time(folder: DataFolder) -> int | None:
    try:
        port = int(folder.mongodb_port_file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return port if is_free(port) else None
