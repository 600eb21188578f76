"""Reads a frozen dataclass of settings from environment variables.

Every process calls this module at its start. With the prefix `REFUNDS_`, the variable `REFUNDS_BATCH_MAX` sets the
field `batch_max`. If no variable sets a field, the value comes from the secret's member of the same name. All mistakes
are reported together. Only the mappings that the caller passes are read. The values of a `Secret`, and values from a
secret, are never shown.
"""

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TypeVar, Union, get_args, get_origin
from typing import get_type_hints as hints_of

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class ConfigurationMistakes(ValueError):
    """Reports all mistakes in the environment, with one sentence for each."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


class Secret(str):
    """A text that `repr` hides, so that no printed configuration shows it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(***)"


NO_MEMBERS: Mapping[str, Secret] = types.MappingProxyType({})


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Settings = TypeVar("Settings", bound=_Dataclass)


def load(
    shape: type[Settings],
    environ: Mapping[str, str],
    prefix: str = "REFUNDS_",
    members: Mapping[str, Secret] = NO_MEMBERS,
) -> Settings:
    """Reads the dataclass `shape` from `environ`.

    Raises `ConfigurationMistakes` with all mistakes. A field may have the type str, Secret, int, float, bool, Path or a
    Literal of strings. Each of these may also be optional (`| None`). An empty variable counts as absent. Then the
    member with the field's name is used if there is one. A member without a field is a mistake. A ValueError of
    `__post_init__` is a mistake too.
    """
    types_by_field = hints_of(shape)
    unknown = sorted(members.keys() - types_by_field.keys())
    mistakes = [f"{prefix}SECRET_ID: the secret's member {name} is no setting" for name in unknown]
    values: dict[str, object] = {}
    for field in fields(shape):
        variable = prefix + field.name.upper()
        text = environ.get(variable, "") or members.get(field.name, "")
        if text:
            try:
                values[field.name] = _value(types_by_field[field.name], text)
            except ValueError as mistake:
                mistakes.append(f"{variable} {mistake}")
        elif field.default is MISSING and field.default_factory is MISSING:
            mistakes.append(f"{variable} is missing")
    if not mistakes:
        try:
            return shape(**values)
        except ValueError as mistake:
            mistakes.append(str(mistake))
    raise ConfigurationMistakes(tuple(mistakes))


def members_of(text: str, prefix: str = "REFUNDS_") -> Mapping[str, Secret]:
    """Reads the members of a secret, which is a JSON object of texts, numbers and booleans.

    Raises `ConfigurationMistakes` if the text is anything else.
    """
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ConfigurationMistakes((f"{prefix}SECRET_ID: the secret is not a JSON object",))
    wrong = [name for name, value in found.items() if not isinstance(value, str | int | float)]
    if wrong:
        names = ", ".join(sorted(wrong))
        raise ConfigurationMistakes((f"{prefix}SECRET_ID: not a text, number or truth in the secret: {names}",))
    return {name: Secret(value if isinstance(value, str) else json.dumps(value)) for name, value in found.items()}


def _value(kind: object, text: str) -> object:
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(part for part in get_args(kind) if part is not types.NoneType)
    if get_origin(kind) is Literal:
        return _one_of(get_args(kind), text)
    return _PARSERS[kind](text)


def _one_of(choices: tuple[str, ...], text: str) -> str:
    if text not in choices:
        raise ValueError(f"must be one of {', '.join(choices)}, not {text!r}")
    return text


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"must be a whole number, not {text!r}") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"must be a number, not {text!r}") from None


def _truth(text: str) -> bool:
    word = text.lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise ValueError(f"must be 1 or 0, not {text!r}")
    return word in TRUE_WORDS


_PARSERS: Mapping[object, Callable[[str], object]] = {
    str: str,
    Secret: Secret,
    int: _whole_number,
    float: _number,
    bool: _truth,
    Path: Path,
}
