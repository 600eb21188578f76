"""The simulated day of every service of production."""

from tests.infrastructure.scaling.load import day
from tests.infrastructure.scaling.policies import Scaling, scaling_of
from tests.infrastructure.scaling.services import work_of
from tests.infrastructure.scaling.simulation import Minute, simulate
from tests.infrastructure.support.access.places import SERVICES
from tests.infrastructure.support.estate import Estate


def simulated_days(estate: Estate) -> dict[Scaling, list[Minute]]:
    """By the scaling that was planned."""
    planned = [scaling_of(estate, service) for service in SERVICES]
    return {scaling: simulate(scaling, work_of(scaling), day()) for scaling in planned}
