"""Replaces attributes and entries of the product with a bug's, for a while."""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """`breaks` describes in one line what it breaks; `apply` plants it for the time of a context."""

    name: str
    breaks: str
    apply: Callable[[], AbstractContextManager[None]]


@contextmanager
def instead(of: object, name: str, other: Any) -> Iterator[None]:
    """`other` in the place of an attribute of a module or a class."""
    right = vars(of)[name]
    setattr(of, name, other)
    try:
        yield
    finally:
        setattr(of, name, right)


@contextmanager
def new_entry(of: MutableMapping[Any, Any], key: Any, value: Any) -> Iterator[None]:
    """An entry that a table does not have."""
    of[key] = value
    try:
        yield
    finally:
        del of[key]


@contextmanager
def entry_instead(of: MutableMapping[Any, Any], key: Any, other: Any) -> Iterator[None]:
    """`other` in the place of an entry of a table."""
    right = of[key]
    of[key] = other
    try:
        yield
    finally:
        of[key] = right
