"""The cache as the rotation sees it: where it answers, whether it knows a token, and how it learns a new one."""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from botocore.client import BaseClient

TIMEOUT_S = 5.0
ANSWER_BYTES_MAX = 512


class CacheNotAvailable(Exception):
    """The cache is being made or changed: Secrets Manager tries the rotation again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where clients find the cache."""

    host: str
    port: int


class Cache:
    """One replication group of ElastiCache in cluster mode. `over_tls` is off in tests alone."""

    def __init__(self, client: BaseClient, group_id: str, *, over_tls: bool = True) -> None:
        self._client = client
        self._group_id = group_id
        self._over_tls = over_tls

    def address(self) -> Address:
        """CacheNotAvailable while it has none."""
        match self._group():
            case {"ConfigurationEndpoint": {"Address": str(host), "Port": int(port)}}:
                return Address(host=host, port=port)
        raise CacheNotAvailable(f"{self._group_id} has no address yet")

    def learn(self, token: str) -> None:
        """Makes it take this token beside the last one, which running tasks still show. CacheNotAvailable."""
        status = self._group()["Status"]
        if status != "available":
            raise CacheNotAvailable(f"{self._group_id} is {status}")
        self._client.modify_replication_group(
            ReplicationGroupId=self._group_id,
            AuthToken=token,
            AuthTokenUpdateStrategy="ROTATE",
            ApplyImmediately=True,
        )

    def knows(self, token: str) -> bool:
        """Whether it lets in who shows this token. OSError when it cannot be reached; CacheNotAvailable."""
        address = self.address()
        with socket.create_connection((address.host, address.port), timeout=TIMEOUT_S) as plain:
            if not self._over_tls:
                return _lets_in(plain, token)
            with ssl.create_default_context().wrap_socket(plain, server_hostname=address.host) as encrypted:
                return _lets_in(encrypted, token)

    def _group(self) -> Mapping[str, object]:
        answer = self._client.describe_replication_groups(ReplicationGroupId=self._group_id)
        group: Mapping[str, object] = answer["ReplicationGroups"][0]
        return group


def _lets_in(connection: socket.socket, token: str) -> bool:
    """Asks in Redis's own protocol, as one question needs no client library."""
    shown = token.encode()
    connection.sendall(b"*2\r\n$4\r\nAUTH\r\n$%d\r\n%s\r\n" % (len(shown), shown))
    answer = b""
    while not answer.endswith(b"\r\n") and len(answer) < ANSWER_BYTES_MAX:
        piece = connection.recv(ANSWER_BYTES_MAX)
        if not piece:
            break
        answer += piece
    return answer.startswith(b"+OK")
