"""Stored tenants and parameter values that this release cannot read: what depends on them is refused, the rest works.

Stores create these; `config_cache` and `ParameterSnapshot` check them, and verification lists them. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from refunds.domain.errors import SettingsUnreadable

Readable = TypeVar("Readable")
Unreadable = TypeVar("Unreadable")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableTenant:
    """A tenant that cannot be read, with its id and `path` (root first).

    If the path cannot be read either, it is taken to be root and id.
    """

    id: str
    path: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableValue:
    """A parameter's value. An empty `name` means any parameter, an empty `tenant_id` any tenant."""

    id: str
    name: str
    tenant_id: str
    reason: str

    def may_rule(self, name: str, path: Sequence[str]) -> bool:
        """True if this may be a value of that parameter for the tenant at `path`."""
        return self.name in ("", name) and (not self.tenant_id or self.tenant_id in path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded(Generic[Readable, Unreadable]):
    """All documents of a store, the readable and the unreadable ones."""

    readable: Sequence[Readable] = ()
    unreadable: Sequence[Unreadable] = ()


def refuse_unreadable(unreadable: Iterable[UnreadableValue], name: str, path: Sequence[str]) -> None:
    """Raises SettingsUnreadable if one of these may be a value for `path`: it could be the strictest one."""
    for value in unreadable:
        if value.may_rule(name, path):
            raise SettingsUnreadable(kind="parameter value", id=value.id)
