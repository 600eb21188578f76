"""Limits the bytes of request bodies in memory.

A byte counts from its arrival until its request has ended. The web calls this module. A body beyond the limit is
refused and does not wait. A tenant may use at most as many bytes as are left free. So one tenant alone can use half of
the limit.
"""

from dataclasses import dataclass, field

from refunds.runtime.http.problems import TOO_MANY_REQUESTS, Problem, problem
from refunds.texts.requests.limit_facts import BodyBytesInMemory

BYTES_MAX = 64 * 1024 * 1024
RETRY_AFTER_S = 1


@dataclass(slots=True, kw_only=True)
class BodyBudget:
    """Counts the bytes of request bodies in memory, in total and for each tenant."""

    bytes_max: int = BYTES_MAX
    bytes_used: int = 0
    _of_tenants: dict[str, int] = field(default_factory=dict)

    def take(self, tenant_id: str, size_bytes: int) -> None:
        """Adds bytes to the count of the tenant. Raises a problem 429 if the limit is exceeded."""
        of_tenant = self._of_tenants.get(tenant_id, 0) + size_bytes
        free_bytes = self.bytes_max - self.bytes_used - size_bytes
        if of_tenant > free_bytes:
            raise _limit_reached()
        self._of_tenants[tenant_id] = of_tenant
        self.bytes_used += size_bytes

    def give_back(self, tenant_id: str, size_bytes: int) -> None:
        """Removes bytes from the count of the tenant."""
        self.bytes_used -= size_bytes
        left = self._of_tenants[tenant_id] - size_bytes
        if left:
            self._of_tenants[tenant_id] = left
        else:
            del self._of_tenants[tenant_id]


@dataclass(slots=True)
class BodyBytes:
    """Counts the bytes of one request's body."""

    of: BodyBudget
    tenant_id: str
    size_bytes: int = 0

    def take(self, size_bytes: int) -> None:
        """Adds the bytes of a part of the body to the count. Raises a problem 429 if the limit is exceeded."""
        if size_bytes:
            self.of.take(self.tenant_id, size_bytes)
            self.size_bytes += size_bytes

    def end(self) -> None:
        """Removes all bytes of the body from the count."""
        if self.size_bytes:
            self.of.give_back(self.tenant_id, self.size_bytes)
            self.size_bytes = 0


def _limit_reached() -> Problem:
    """Returns the problem for a body that exceeds the limit of bytes in memory.

    The rest of the body is not read, so the connection ends with the answer.
    """
    return problem(
        TOO_MANY_REQUESTS,
        BodyBytesInMemory(),
        headers=((b"retry-after", str(RETRY_AFTER_S).encode()), (b"connection", b"close")),
    )
