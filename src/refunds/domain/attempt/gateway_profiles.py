"""Lists the limits of each gateway. Decisions use these limits to choose between a submission and a status query."""

from collections.abc import Mapping

from msgspec import Struct

DAY_S = 86_400


class GatewayProfile(Struct, frozen=True, kw_only=True):
    """The limits of one gateway. `key_lifetime_s` is how many seconds the gateway remembers an idempotency key.

    After that time, the gateway would treat a repeated submission as a new one and pay twice.
    """

    key_lifetime_s: int


Profiles = Mapping[str, GatewayProfile]

PROFILES: Profiles = {
    "sandbox": GatewayProfile(key_lifetime_s=DAY_S),
    "stripe": GatewayProfile(key_lifetime_s=DAY_S),
    "adyen": GatewayProfile(key_lifetime_s=7 * DAY_S),
    "fiserv": GatewayProfile(key_lifetime_s=300),
    "paypal": GatewayProfile(key_lifetime_s=45 * DAY_S),
}
"""The profile of each gateway by name. The key lifetime is the shortest one that the gateway documents."""

UNDOCUMENTED = GatewayProfile(key_lifetime_s=300)
"""The profile of a gateway that is not in the table. It has the shortest key lifetime of all known gateways."""


def profile_of(gateway: str) -> GatewayProfile:
    """Returns the profile of the gateway with this name. Returns UNDOCUMENTED if the gateway is not in the table."""
    return PROFILES.get(gateway, UNDOCUMENTED)
