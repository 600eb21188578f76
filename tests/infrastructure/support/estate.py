"""What an environment consists of, as `terraform show -json` (or the state of a mocked apply) tells it.

The tests of whole environments, and what is drawn and counted from them, read it; nothing here runs Terraform.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_INDEX = re.compile(r'\["?([^"\]]+)"?\]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource or data source with all its values."""

    address: str
    mode: str
    type: str
    name: str
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def keys(self) -> tuple[str, ...]:
        """The for_each keys on the way to it: module.services["api"].… → ("api",)."""
        return tuple(_INDEX.findall(self.address))

    @property
    def module(self) -> str:
        """Address of the module that holds it, without keys: module.stack.module.services."""
        return re.sub(r"\[[^\]]*\]", "", self.address.rsplit(f".{self.type}.", 1)[0].removesuffix(".data"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """All resources of one environment, and the outputs."""

    resources: tuple[Resource, ...]
    outputs: Mapping[str, Any]

    def of(self, type_: str, *keys: str, mode: str = "managed") -> list[Resource]:
        """The resources of one type; with `keys`, those below these for_each keys."""
        found = [each for each in self.resources if each.type == type_ and each.mode == mode]
        return [each for each in found if all(key in each.keys for key in keys)]

    def one(self, type_: str, *keys: str, mode: str = "managed") -> Resource:
        """The only such resource; AssertionError where there is none, or more than one."""
        found = self.of(type_, *keys, mode=mode)
        assert len(found) == 1, f"{len(found)} {type_} {keys}: {[each.address for each in found]}"
        return found[0]


def estate_of(document: Mapping[str, Any]) -> Estate:
    """From the JSON of a state, a plan, or the bare values of either."""
    values = document.get("planned_values") or document.get("values") or document
    outputs = {name: output.get("value") for name, output in (values.get("outputs") or {}).items()}
    return Estate(resources=tuple(_resources(values["root_module"])), outputs=outputs)


def _resources(module: Mapping[str, Any]) -> Iterator[Resource]:
    for each in module.get("resources", ()):
        yield Resource(**{name: each[name] for name in ("address", "mode", "type", "name")}, values=each["values"])
    for child in module.get("child_modules", ()):
        yield from _resources(child)
