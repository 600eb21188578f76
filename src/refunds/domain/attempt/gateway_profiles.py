"""The limits of each gateway, as data: by them, a decision chooses between a submission and a status query."""

from collections.abc import Mapping

from msgspec import Struct

DAY_S = 86_400


class GatewayProfile(Struct, frozen=True, kw_only=True):
    """`key_lifetime_s`: seconds for which a gateway recognizes an idempotency key; after that, it would pay twice."""

    key_lifetime_s: int


Profiles = Mapping[str, GatewayProfile]

PROFILES: Profiles = {
    "sandbox": GatewayProfile(key_lifetime_s=DAY_S),
    "stripe": GatewayProfile(key_lifetime_s=DAY_S),
    "adyen": GatewayProfile(key_lifetime_s=7 * DAY_S),
    "fiserv": GatewayProfile(key_lifetime_s=300),
    "paypal": GatewayProfile(key_lifetime_s=45 * DAY_S),
}
"""Profile of each gateway by name, with the shortest key lifetime that its documentation gives."""

UNDOCUMENTED = GatewayProfile(key_lifetime_s=300)
"""Profile of a gateway that is not in the table: the shortest key lifetime that any known gateway has."""


def profile_of(gateway: str) -> GatewayProfile:
    """Returns the profile of the gateway of this name."""
    return PROFILES.get(gateway, UNDOCUMENTED)
