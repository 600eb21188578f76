"""Defines the reasons why an access token, a role or a second factor is refused.

There is one class per reason. `caller_texts` has their texts.
"""

from refunds.texts.requests.request_fact import RequestFact


class TokenMissing(RequestFact, frozen=True, kw_only=True):
    """The request has no access token."""


class TokenScopeUnknown(RequestFact, frozen=True, kw_only=True):
    """The scope of the token is not a tenant."""


class TokenNotAscii(RequestFact, frozen=True, kw_only=True):
    """The token has characters that are not ASCII."""


class TokenTooLong(RequestFact, frozen=True, kw_only=True):
    """The token is too long."""


class TokenOfOtherIssuer(RequestFact, frozen=True, kw_only=True):
    """The token comes from another issuer."""


class TokenOfOtherAudience(RequestFact, frozen=True, kw_only=True):
    """The token was issued for another audience."""


class TokenExpired(RequestFact, frozen=True, kw_only=True):
    """The token has expired."""


class TokenNotYetValid(RequestFact, frozen=True, kw_only=True):
    """The token is not valid yet."""


class TokenInvalid(RequestFact, frozen=True, kw_only=True):
    """The token's signature or content is not valid."""


class TokenSubjectMalformed(RequestFact, frozen=True, kw_only=True):
    """The subject of the token is malformed."""


class TokenRoleUnknown(RequestFact, frozen=True, kw_only=True):
    """The role of the token is unknown."""


class RoleForbids(RequestFact, frozen=True, kw_only=True):
    """The role does not allow the action. `roles` lists the roles that allow the action, as written in tokens."""

    role: str
    roles: tuple[str, ...]


class NoRoleAllows(RequestFact, frozen=True, kw_only=True):
    """No role allows the action for a tenant of this kind."""


class SecondFactorMissing(RequestFact, frozen=True, kw_only=True):
    """The action needs a login with a second factor that is recent enough."""

    age_max_s: int
