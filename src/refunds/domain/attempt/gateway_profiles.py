"""The limits of each gateway, as data. Passed to the decisions between a submission and a status query."""

from collections.abc import Mapping

from msgspec import Struct

DAY_S = 86_400


class GatewayProfile(Struct, frozen=True, kw_only=True):
    """`key_lifetime_s`: how long a gateway recognizes an idempotency key; after it the same key moves money again."""

    key_lifetime_s: int


Profiles = Mapping[str, GatewayProfile]

PROFILES: Profiles = {
    "sandbox": GatewayProfile(key_lifetime_s=DAY_S),
    "stripe": GatewayProfile(key_lifetime_s=DAY_S),
    "adyen": GatewayProfile(key_lifetime_s=7 * DAY_S),
    "fiserv": GatewayProfile(key_lifetime_s=300),
    "paypal": GatewayProfile(key_lifetime_s=45 * DAY_S),
}
"""The shortest lifetimes that the gateways document."""

UNDOCUMENTED = GatewayProfile(key_lifetime_s=300)
"""Profile of a gateway that is not listed: the shortest lifetime that any gateway is known to have."""


def profile_of(gateway: str) -> GatewayProfile:
    """The profile of a gateway by its name."""
    return PROFILES.get(gateway, UNDOCUMENTED)
