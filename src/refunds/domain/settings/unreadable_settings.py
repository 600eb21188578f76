"""Stored tenants and values of parameters that this release cannot read: the rest stays in force, these fail closed.

Made by the stores; checked by `config_cache` and `ParameterSnapshot`, listed by verification. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from refunds.domain.errors import SettingsUnreadable

Readable = TypeVar("Readable")
Unreadable = TypeVar("Unreadable")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableTenant:
    """A tenant of which only the id is known, and `path` (root first): the root and the id if that is unreadable."""

    id: str
    path: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableValue:
    """A parameter's value. An empty `name` may be any parameter, an empty `tenant_id` any tenant."""

    id: str
    name: str
    tenant_id: str
    reason: str

    def may_rule(self, name: str, path: Sequence[str]) -> bool:
        """True if it may be a value of this parameter for the tenant at `path`."""
        return self.name in ("", name) and (not self.tenant_id or self.tenant_id in path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded(Generic[Readable, Unreadable]):
    """All documents of a store."""

    readable: Sequence[Readable] = ()
    unreadable: Sequence[Unreadable] = ()


def refuse_unreadable(unreadable: Iterable[UnreadableValue], name: str, path: Sequence[str]) -> None:
    """SettingsUnreadable if the parameter's value at `path` may be one of these: it could be the strictest bound."""
    for value in unreadable:
        if value.may_rule(name, path):
            raise SettingsUnreadable(kind="parameter value", id=value.id)
