"""Describes stored tenants and parameter values that this release cannot read.

Requests that need an unreadable tenant or value are refused, and everything else works. Stores create these records.
`config_cache` and `ParameterSnapshot` check them, and verification lists them. The module does no I/O.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from refunds.domain.errors import SettingsUnreadable

Readable = TypeVar("Readable")
Unreadable = TypeVar("Unreadable")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableTenant:
    """A stored tenant that cannot be read.

    `path` starts at the root. If the path cannot be read either, it contains only the root and the tenant's id.
    """

    id: str
    path: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableValue:
    """A stored parameter value that cannot be read.

    If `name` is empty, the value may belong to any parameter. If `tenant_id` is empty, the value may belong to any
    tenant.
    """

    id: str
    name: str
    tenant_id: str
    reason: str

    def may_rule(self, name: str, path: Sequence[str]) -> bool:
        """True if this value may apply to the parameter `name` of the tenant at `path`."""
        return self.name in ("", name) and (not self.tenant_id or self.tenant_id in path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded(Generic[Readable, Unreadable]):
    """All documents of a store, divided into readable and unreadable ones."""

    readable: Sequence[Readable] = ()
    unreadable: Sequence[Unreadable] = ()


def refuse_unreadable(unreadable: Iterable[UnreadableValue], name: str, path: Sequence[str]) -> None:
    """Raises SettingsUnreadable if an unreadable value may apply to the parameter at `path`.

    An unreadable value cannot be ignored, because it could be the strictest value.
    """
    for value in unreadable:
        if value.may_rule(name, path):
            raise SettingsUnreadable(kind="parameter value", id=value.id)
