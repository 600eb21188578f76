"""`--sample` shortens waits for as long as it is given, and touches nothing that anybody else has set."""

from dataclasses import dataclass

import pytest

from refunds.adapters.memory.clock import AdvancingClock
from refunds.adapters.memory.ids import SeededIds
from refunds.adapters.memory.settings.parameters import MemoryParameters
from refunds.adapters.memory.settings.tenants import MemoryTenants
from refunds.domain.settings.parameters import DEFINITIONS, Value
from refunds.domain.tenancy import ALL_TENANTS, PLATFORM, ROOT, Principal, Role
from refunds.usecases.settings.config_cache import TenantConfigCache
from refunds.usecases.settings.demo_timeouts import SHORT, SampleWaits
from refunds.usecases.settings.set_parameter import SetParameter

ADMIN = Principal(id="usr_admin", role=Role.PLATFORM_ADMIN, scope=ALL_TENANTS)
ASK = "gateway_status_ask_delay_s"
USUAL = {name: DEFINITIONS[name].default for name in SHORT}


@dataclass
class House:
    """The use case on stores in memory."""

    parameters: MemoryParameters
    config_cache: TenantConfigCache
    clock: AdvancingClock
    set_parameter: SetParameter
    waits: SampleWaits

    def present(self) -> dict[str, Value]:
        """The values in force at the platform."""
        return {name: self.config_cache.resolve(name, ROOT.path, self.clock.now()).value for name in SHORT}


@pytest.fixture
def house() -> House:
    """Nothing set."""
    parameters, clock = MemoryParameters(), AdvancingClock()
    config_cache = TenantConfigCache(parameters=parameters, tenants=MemoryTenants())
    setting = SetParameter(parameters=parameters, config_cache=config_cache, clock=clock, ids=SeededIds(clock))
    waits = SampleWaits(config_cache=config_cache, set_parameter=setting, clock=clock)
    return House(parameters, config_cache, clock, setting, waits)


async def test_sample_shortens_all_waits(house: House) -> None:
    await house.waits.shorten()

    assert house.present() == SHORT


async def test_later_start_without_sample_waits_as_usual(house: House) -> None:
    await house.waits.shorten()
    await house.waits.restore()

    assert house.present() == USUAL


async def test_sample_shortens_again_after_a_start_without_it(house: House) -> None:
    await house.waits.shorten()
    await house.waits.restore()
    await house.waits.shorten()

    assert house.present() == SHORT


async def test_repeated_starts_of_one_kind_set_nothing_more(house: House) -> None:
    await house.waits.restore()
    before = await house.parameters.version()
    await house.waits.shorten()
    once = await house.parameters.version()
    await house.waits.shorten()

    assert (before, once, await house.parameters.version()) == (0, len(SHORT), len(SHORT))


async def test_what_a_person_set_is_left_alone(house: House) -> None:
    await house.set_parameter(ADMIN, ASK, PLATFORM, 17)

    await house.waits.shorten()
    shortened = house.present()
    await house.waits.restore()

    assert shortened[ASK] == 17
    assert house.present() == USUAL | {ASK: 17}
