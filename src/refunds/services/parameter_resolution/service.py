"""Wires parameter-resolution on the open parts of a process."""

from refunds.runtime.parts import Parts
from refunds.runtime.service import Service
from refunds.services.parameter_resolution.app import ParameterParts, endpoints, policy
from refunds.services.parameter_resolution.problems import PROBLEMS
from refunds.usecases.set_parameter import SetParameter
from refunds.usecases.shorten_waits import ShortenWaits


def build(parts: Parts) -> Service:
    """The service."""
    own = ParameterParts(parameters=parts.parameters, cabinet=parts.cabinet, clock=parts.clock, ids=parts.ids)
    set_parameter = SetParameter(parameters=parts.parameters, cabinet=parts.cabinet, clock=parts.clock, ids=parts.ids)
    shorten = ShortenWaits(cabinet=parts.cabinet, set_parameter=set_parameter, clock=parts.clock)
    return Service(
        name="parameter-resolution",
        starts=(shorten.__call__,) if parts.settings.sample else (),
        endpoints=lambda gate: endpoints(own, gate),
        policies=(policy(),),
        problems=PROBLEMS,
    )
