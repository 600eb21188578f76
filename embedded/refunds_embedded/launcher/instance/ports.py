"""Finds free ports on this machine and checks whether a given port is available."""

import ipaddress
import itertools
import random
import socket

from refunds_embedded.launcher.instance.errors import HostNotAnAddress, PortOutOfRange, PortTaken

PORT_MAX = 65_535
FREE_PORTS = range(10_000, 32_768)
"""The range from which free ports are chosen.

Linux gives outgoing connections higher ports, so no connection can take a chosen port before a server listens.
"""
LOOPBACK = "127.0.0.1"
ANY_HOSTS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - recognised, not bound


def check_address(host: str, port: int) -> None:
    """Raises HostNotAnAddress or PortOutOfRange if no server can listen on this host and port.

    Port 0 is allowed and means any free port.
    """
    if not 0 <= port <= PORT_MAX:
        raise PortOutOfRange(port, PORT_MAX)
    try:
        ipaddress.ip_address(host)
    except ValueError:
        raise HostNotAnAddress(host) from None


def free_ports(count: int, chance: random.Random | None = None) -> tuple[int, ...]:
    """Returns different loopback ports from FREE_PORTS on which nothing listens now.

    Raises PortTaken if there are fewer than `count` such ports.
    """
    chance = chance or random.SystemRandom()
    drawn = filter(is_free, chance.sample(FREE_PORTS, len(FREE_PORTS)))
    ports = tuple(itertools.islice(drawn, count))
    if len(ports) < count:
        raise PortTaken(LOOPBACK, FREE_PORTS.start, "no free port is left")
    return ports


def claim_port(host: str, port: int) -> int:
    """Returns `port`, or a free port if `port` is 0. Raises PortTaken if no server can listen on it."""
    try:
        with _bound(host, port) as listener:
            return int(listener.getsockname()[1])
    except (OSError, OverflowError) as error:
        raise PortTaken(host, port, getattr(error, "strerror", None) or str(error)) from error


def is_free(port: int) -> bool:
    """Returns True if nothing listens on this loopback port."""
    try:
        claim_port(LOOPBACK, port)
    except PortTaken:
        return False
    return True


def reachable_host(host: str) -> str:
    """Returns the address at which this machine can reach a server that listens on `host`."""
    return LOOPBACK if host in ANY_HOSTS else host


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except BaseException:
        listener.close()
        raise
    return listener
