"""Composes parameter-resolution from the parts that its process has opened."""

from refunds.runtime.process.container import Parts
from refunds.runtime.process.service import Service
from refunds.services.parameter_resolution.app import ParameterParts, endpoints, policy
from refunds.services.parameter_resolution.problems import PROBLEMS
from refunds.usecases.settings.demo_timeouts import SampleWaits
from refunds.usecases.settings.set_parameter import SetParameter


def build(parts: Parts) -> Service:
    """Builds the service from the parts that the process has opened."""
    own = ParameterParts(parameters=parts.parameters, config_cache=parts.config_cache, clock=parts.clock, ids=parts.ids)
    set_parameter = SetParameter(
        parameters=parts.parameters, config_cache=parts.config_cache, clock=parts.clock, ids=parts.ids
    )
    waits = SampleWaits(config_cache=parts.config_cache, set_parameter=set_parameter, clock=parts.clock)
    return Service(
        name="parameter-resolution",
        starts=(waits.shorten if parts.settings.sample else waits.restore,),
        endpoints=lambda authorizer: endpoints(own, authorizer),
        policies=(policy(),),
        problems=PROBLEMS,
    )
