"""Replaces attributes and table entries of the product for a while. The planted bugs use this module."""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """A planted bug. `breaks` says in one line what the bug breaks. `apply` returns a context that plants the bug."""

    name: str
    breaks: str
    apply: Callable[[], AbstractContextManager[None]]
    situations: frozenset[str] = frozenset()


@contextmanager
def instead(of: object, name: str, other: Any) -> Iterator[None]:
    """Replaces an attribute of a module or class with `other` while the context lasts."""
    right = vars(of)[name]
    setattr(of, name, other)
    try:
        yield
    finally:
        setattr(of, name, right)


@contextmanager
def new_entry(of: MutableMapping[Any, Any], key: Any, value: Any) -> Iterator[None]:
    """Adds an entry to a table while the context lasts."""
    of[key] = value
    try:
        yield
    finally:
        del of[key]


@contextmanager
def entry_instead(of: MutableMapping[Any, Any], key: Any, other: Any) -> Iterator[None]:
    """Replaces an entry of a table with `other` while the context lasts."""
    right = of[key]
    of[key] = other
    try:
        yield
    finally:
        of[key] = right
