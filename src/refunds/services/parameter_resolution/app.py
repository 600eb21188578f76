"""Builds the routes of parameter-resolution from the parts that its process passes. It makes no decisions."""

from dataclasses import dataclass
from importlib.resources import files

from refunds.ports.clock import Clock
from refunds.ports.ids import IdSource
from refunds.ports.settings.parameters import ParameterStore
from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.endpoint import Endpoint
from refunds.services.parameter_resolution.routes import ParameterRoutes
from refunds.usecases.settings.config_cache import TenantConfigCache
from refunds.usecases.settings.set_parameter import SetParameter


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterParts:
    """The parts that the service needs from its process."""

    parameters: ParameterStore
    config_cache: TenantConfigCache
    clock: Clock
    ids: IdSource


def policy() -> str:
    """Returns the text of the service's Cedar policies."""
    return (files(__package__) / "policies.cedar").read_text()


def endpoints(parts: ParameterParts, authorizer: Authorizer) -> list[Endpoint]:
    """Returns the routes of the service."""
    set_parameter = SetParameter(
        parameters=parts.parameters, config_cache=parts.config_cache, clock=parts.clock, ids=parts.ids
    )
    return ParameterRoutes(
        config_cache=parts.config_cache, clock=parts.clock, authorizer=authorizer, set_parameter=set_parameter
    ).endpoints()
