"""How many bytes of bodies a process holds at once: from their first byte until their request is answered to its end.

Called by the web. What is over the bound is refused, not waited for. No tenant takes all of it: each holds at most as
much as it leaves free, so that one alone holds half of the bound, and another one finds room beside it.
"""

from dataclasses import dataclass, field

from refunds.runtime.http.problems import TOO_MANY_REQUESTS, Problem

BYTES_MAX = 64 * 1024 * 1024
RETRY_AFTER_S = 1


@dataclass(slots=True, kw_only=True)
class HeldBodies:
    """The bytes that are held, of all and by tenant."""

    bytes_max: int = BYTES_MAX
    bytes_held: int = 0
    _of_tenants: dict[str, int] = field(default_factory=dict)

    def take(self, tenant_id: str, size_bytes: int) -> None:
        """Counts bytes that are taken in. Problem: 429 where there is no room for them."""
        of_tenant = self._of_tenants.get(tenant_id, 0) + size_bytes
        free_bytes = self.bytes_max - self.bytes_held - size_bytes
        if of_tenant > free_bytes:
            raise _no_room()
        self._of_tenants[tenant_id] = of_tenant
        self.bytes_held += size_bytes

    def give_back(self, tenant_id: str, size_bytes: int) -> None:
        """Counts bytes that are let go of."""
        self.bytes_held -= size_bytes
        left = self._of_tenants[tenant_id] - size_bytes
        if left:
            self._of_tenants[tenant_id] = left
        else:
            del self._of_tenants[tenant_id]


@dataclass(slots=True)
class Hold:
    """The bytes of one request's body."""

    of: HeldBodies
    tenant_id: str
    size_bytes: int = 0

    def take(self, size_bytes: int) -> None:
        """Counts a part of the body. Problem: 429 where there is no room for it."""
        if size_bytes:
            self.of.take(self.tenant_id, size_bytes)
            self.size_bytes += size_bytes

    def end(self) -> None:
        """Lets go of the body."""
        if self.size_bytes:
            self.of.give_back(self.tenant_id, self.size_bytes)
            self.size_bytes = 0


def _no_room() -> Problem:
    """The rest of the body is not read, so the connection ends with the answer."""
    return Problem(
        kind=TOO_MANY_REQUESTS,
        detail="Too many bytes of bodies are being taken in; try again shortly, or send smaller files.",
        headers=((b"retry-after", str(RETRY_AFTER_S).encode()), (b"connection", b"close")),
    )
