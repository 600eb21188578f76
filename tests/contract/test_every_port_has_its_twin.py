"""Every port has a twin for the simulation, with the methods that the port asks for, and a contract test of both."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

import refunds.adapters
import refunds.adapters.memory
import refunds.ports

CONTRACT = Path(__file__).parent
SIDES = ("tests.support.adapters.sides", "tests.support.adapters.stores", "tests.support.gateway.gateway_sides")
"""Where fixtures come from that run a test once on a twin and once on the real one."""


def modules_of(package: Any) -> Iterator[Any]:
    """All modules of a package and of the packages within it."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.ispkg:
            yield importlib.import_module(found.name)


def ports() -> dict[str, type]:
    """All protocols that stand in `refunds.ports`, by name."""
    return {
        name: found
        for module in modules_of(refunds.ports)
        for name, found in vars(module).items()
        if inspect.isclass(found) and found.__module__ == module.__name__ and getattr(found, "_is_protocol", False)
    }


def asked_of(port: type) -> dict[str, Any]:
    """The methods and properties that a port asks for, by name."""
    return {
        name: member
        for name, member in vars(port).items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))
    }


def is_twin(twin: type, port: type) -> bool:
    """Whether it has every method of the port, with the port's parameters in the port's order."""
    for name, member in asked_of(port).items():
        found = inspect.getattr_static(twin, name, None)
        if isinstance(member, property):
            if not isinstance(found, property):
                return False
            continue
        if not inspect.isfunction(found):
            return False
        wanted = list(inspect.signature(member).parameters)
        given = inspect.signature(found).parameters
        if list(given)[: len(wanted)] != wanted or inspect.iscoroutinefunction(member) != inspect.iscoroutinefunction(
            found
        ):
            return False
        if any(given[extra].default is inspect.Parameter.empty for extra in list(given)[len(wanted) :]):
            return False
    return True


def twins_of(port: type) -> list[str]:
    """Classes in the memory adapters that may stand for it."""
    return [
        found.__name__
        for module in modules_of(refunds.adapters.memory)
        for found in vars(module).values()
        if inspect.isclass(found) and found.__module__ == module.__name__ and is_twin(found, port)
    ]


def contract_tests_of(port: type) -> list[str]:
    """Contract tests that say that they hold the port, and run on a twin: by its name or by sides that have it."""
    module = port.__module__.removeprefix("refunds.")
    runners = [*twins_of(port), *SIDES]
    texts = {path.name: path.read_text() for path in sorted(CONTRACT.rglob("test_*.py")) if path != Path(__file__)}
    return [name for name, text in texts.items() if f"`{module}`" in text and any(each in text for each in runners)]


PORTS = ports()
AROUND_OTHERS = {"WatchedGateway"}
"""Adapters that pass every call on to another adapter of the same port."""


def file_names_of(port: type) -> set[str]:
    """Where its adapters and doubles are: the names of their modules, without the packages."""
    return {
        module.__name__.rsplit(".", 1)[-1]
        for module in modules_of(refunds.adapters)
        for name, found in vars(module).items()
        if inspect.isclass(found) and found.__module__ == module.__name__ and is_twin(found, port)
        if name not in AROUND_OTHERS
    }


def test_ports_are_found_by_introspection() -> None:
    assert {"PaymentStore", "Gateway", "ReadModels", "VerificationReads", "Feed", "Clock"} <= set(PORTS)
    assert {port.__module__ for port in PORTS.values()} == {module.__name__ for module in modules_of(refunds.ports)}


@pytest.mark.parametrize("name", sorted(PORTS))
def test_port_has_a_twin_with_all_its_methods(name: str) -> None:
    assert twins_of(PORTS[name]), f"no class in refunds.adapters.memory has the methods of {name}"


@pytest.mark.parametrize("name", sorted(PORTS))
def test_port_has_a_contract_test(name: str) -> None:
    assert contract_tests_of(PORTS[name]), f"no contract test holds a twin of {name} to its port"


@pytest.mark.parametrize("name", sorted(PORTS))
def test_port_adapters_and_double_share_a_file_name_and_the_double_its_folder(name: str) -> None:
    port = PORTS[name].__module__
    double = port.replace("refunds.ports", "refunds.adapters.memory")

    assert file_names_of(PORTS[name]) == {port.rsplit(".", 1)[-1]}
    assert any(
        twin.__module__ == double for twin in vars(importlib.import_module(double)).values() if inspect.isclass(twin)
    )


def test_port_without_a_twin_would_be_noticed() -> None:
    class Teleports(Protocol):
        """Nobody has it."""

        async def teleport(self, refund_id: str) -> None:
            """Away."""

    assert twins_of(Teleports) == []


def test_twin_that_lacks_a_parameter_would_be_noticed() -> None:
    class Forgetful:
        """Takes no bound."""

        async def take(self, kind: str) -> None:
            """Some."""

    assert not is_twin(Forgetful, PORTS["Hints"])
