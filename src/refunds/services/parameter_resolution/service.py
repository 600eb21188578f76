"""Wires parameter-resolution on the open parts of a process."""

from refunds.runtime.parts import Parts
from refunds.runtime.service import Service
from refunds.services.parameter_resolution.app import ParameterParts, endpoints, policy
from refunds.services.parameter_resolution.problems import PROBLEMS
from refunds.usecases.sample_waits import SampleWaits
from refunds.usecases.set_parameter import SetParameter


def build(parts: Parts) -> Service:
    """The service."""
    own = ParameterParts(parameters=parts.parameters, cabinet=parts.cabinet, clock=parts.clock, ids=parts.ids)
    set_parameter = SetParameter(parameters=parts.parameters, cabinet=parts.cabinet, clock=parts.clock, ids=parts.ids)
    waits = SampleWaits(cabinet=parts.cabinet, set_parameter=set_parameter, clock=parts.clock)
    return Service(
        name="parameter-resolution",
        starts=(waits.shorten if parts.settings.sample else waits.restore,),
        endpoints=lambda gate: endpoints(own, gate),
        policies=(policy(),),
        problems=PROBLEMS,
    )
