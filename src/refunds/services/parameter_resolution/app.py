"""The parameter-resolution service put together: its parts are handed in, routes come out. Wires, decides nothing."""

from dataclasses import dataclass
from importlib.resources import files

from refunds.ports.clock import Clock
from refunds.ports.ids import IdSource
from refunds.ports.parameters import ParameterStore
from refunds.runtime.auth import Gate
from refunds.runtime.calls import Endpoint
from refunds.services.parameter_resolution.routes import ParameterRoutes
from refunds.usecases.cabinet import Cabinet
from refunds.usecases.set_parameter import SetParameter


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterParts:
    """What the service needs of the outside."""

    parameters: ParameterStore
    cabinet: Cabinet
    clock: Clock
    ids: IdSource


def policy() -> str:
    """The text of the service's Cedar policies."""
    return (files(__package__) / "policies" / "parameters.cedar").read_text()


def endpoints(parts: ParameterParts, gate: Gate) -> list[Endpoint]:
    """The routes of the service."""
    set_parameter = SetParameter(parameters=parts.parameters, cabinet=parts.cabinet, clock=parts.clock, ids=parts.ids)
    return ParameterRoutes(cabinet=parts.cabinet, clock=parts.clock, gate=gate, set_parameter=set_parameter).endpoints()
