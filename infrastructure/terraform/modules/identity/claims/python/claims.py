"""What the product reads from an access token and Cognito does not write by itself: decided here, without AWS.

`function.py` calls it for each token. It never refuses a sign-in: who has no role or no scope gets a token that the
product refuses.
"""

from collections.abc import Mapping, Sequence

ROLES = (
    "platform_admin",
    "bank_admin",
    "program_admin",
    "organization_admin",
    "merchant_admin",
    "support_staff",
    "service",
    "auditor",
)
"""The product's roles, which are the pool's groups; where somebody is in two, the first counts."""

WITHOUT_FACTOR = frozenset({"TokenGeneration_AuthenticateDevice"})
"""Sign-ins at which a device that is remembered stands for the second factor: none was shown."""

Claim = str | list[str]


def added_claims(
    groups: Sequence[str], attributes: Mapping[str, str], client_id: str, trigger: str, is_factor_asked: bool
) -> dict[str, Claim]:
    """The claims to add. `is_factor_asked`: the pool lets nobody in without a second factor.

    `aud` may only be the client's own id, and `amr` may not be written: hence `factors`, of the same meaning.
    """
    claims: dict[str, Claim] = {"aud": client_id}
    role = next((role for role in ROLES if role in groups), None)
    if role is not None:
        claims["role"] = role
    scope_id = attributes.get("custom:scope_id")
    if scope_id:
        claims["scope_id"] = scope_id
    if is_factor_asked and trigger not in WITHOUT_FACTOR:
        claims["factors"] = ["mfa"]
    return claims
