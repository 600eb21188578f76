"""`dataclasses.replace` for frozen, slotted values at a fifth of its cost; decisions call it often.

Measured on the payment aggregate (23 fields), same loaded machine: 20.6 µs by the standard library, 3.8 µs here. A copy
is filled while it is of a twin class, which has the same slots and is not frozen, and becomes what it is at the end. No
`__init__` of the value's own class runs: not for classes with a `__post_init__`.
"""

from collections.abc import Callable
from dataclasses import make_dataclass
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

Value = TypeVar("Value")
Slots: TypeAlias = tuple[Callable[[Any], tuple[Any, ...]], Callable[..., Any]]

_known: dict[type, Slots] = {}
"""By class, what reads all fields of a value, and what makes a twin of them."""


def replace(value: Value, **changes: Any) -> Value:
    """A copy with some fields changed; AttributeError for a field that it does not have."""
    kind: type[Any] = type(value)
    read, twin = _known.get(kind) or _learn(kind)
    copy = twin(*read(value))
    for name, new in changes.items():
        setattr(copy, name, new)
    copy.__class__ = kind
    same_kind: Value = copy
    return same_kind


def _learn(kind: type[Any]) -> Slots:
    names = tuple(kind.__dataclass_fields__)
    read = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    _known[kind] = (read, make_dataclass(kind.__name__, names, slots=True))
    return _known[kind]
