"""Makes the product's frozen values at a third of their cost, in the process of the simulator: a tenth of a run's time.

The `__init__` of a frozen dataclass sets each field by a call. Here a value is filled while it is of a twin class, with
the same slots and not frozen, and becomes what it is at the end. Nothing else of the values changes.
"""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import MISSING, Field, fields
from functools import lru_cache
from typing import Any

PACKAGES = ("refunds.", "refunds_simulation.")

_seen: dict[type, Callable[..., None] | None] = {}
"""By class, its quicker `__init__`; None where it keeps its own."""


@contextmanager
def quick_values() -> Generator[None]:
    """Within it, all frozen values of the product and of the simulator that are imported by now are made quicker.

    At its end each class has its own `__init__` again, for code that reads signatures in the same process.
    """
    usual = {kind: vars(kind)["__init__"] for kind in _kinds() if _quicker_of(kind) is not None}
    for kind in usual:
        setattr(kind, "__init__", _seen[kind])  # noqa: B010 - it takes the place of the other
    try:
        yield
    finally:
        for kind, made in usual.items():
            setattr(kind, "__init__", made)  # noqa: B010 - as it was


def _kinds() -> list[type]:
    """All classes that the modules of both packages define."""
    return _kinds_of(frozenset(name for name in list(sys.modules) if name.startswith(PACKAGES)))


@lru_cache(maxsize=1)
def _kinds_of(names: frozenset[str]) -> list[type]:
    modules = [sys.modules[name] for name in sorted(names)]
    return [
        kind
        for module in modules
        for kind in list(vars(module).values())
        if isinstance(kind, type) and kind.__module__ == module.__name__
    ]


def _quicker_of(kind: type) -> Callable[..., None] | None:
    if kind not in _seen:
        _seen[kind] = quicker_init(kind) if _may_be_quicker(kind) else None
    return _seen[kind]


def _may_be_quicker(kind: type) -> bool:
    """Whether it is a plain frozen value: with slots, without bases, and with nothing that `__init__` works out."""
    parameters = vars(kind).get("__dataclass_params__")
    if parameters is None or not parameters.frozen or kind.__bases__ != (object,) or "__post_init__" in vars(kind):
        return False
    own: tuple[Field[Any], ...] = fields(kind)
    if not own or vars(kind).get("__slots__") != tuple(field.name for field in own):
        return False
    return all(field.init and field.default_factory is MISSING for field in own)


def quicker_init(kind: type) -> Callable[..., None]:
    """The quicker `__init__` of a class, with the same arguments."""
    own: tuple[Field[Any], ...] = fields(kind)
    twin = type(kind.__name__, (), {"__slots__": vars(kind)["__slots__"]})
    known: dict[str, Any] = {"_twin": twin, "_kind": kind, "_become": vars(object)["__class__"].__set__}
    positional, named = list[str](), list[str]()
    for field in own:
        argument = field.name
        if field.default is not MISSING:
            known[f"_default_{field.name}"] = field.default
            argument = f"{field.name}=_default_{field.name}"
        (named if field.kw_only else positional).append(argument)
    arguments = [*positional, *(["*", *named] if named else [])]
    lines = [
        f"def __init__(_self, {', '.join(arguments)}):",
        "    _become(_self, _twin)",
        *(f"    _self.{field.name} = {field.name}" for field in own),
        "    _self.__class__ = _kind",
    ]
    exec("\n".join(lines), known)  # noqa: S102 - as dataclasses make theirs  # pylint: disable=exec-used
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    made.__annotations__ = {field.name: field.type for field in own} | {"return": None}
    return made
