"""Wires parameter-resolution on the open parts of a process."""

from refunds.runtime.parts import Parts
from refunds.runtime.service import Service
from refunds.services.parameter_resolution.app import ParameterParts, endpoints, policy
from refunds.services.parameter_resolution.problems import PROBLEMS


def build(parts: Parts) -> Service:
    """The service."""
    own = ParameterParts(parameters=parts.parameters, cabinet=parts.cabinet, clock=parts.clock, ids=parts.ids)
    return Service(
        name="parameter-resolution",
        endpoints=lambda gate: endpoints(own, gate),
        policies=(policy(),),
        problems=PROBLEMS,
    )
