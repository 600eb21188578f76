"""Refusals for access tokens, roles and second factors: one class a case. Pure.

Their texts are in `caller_texts`.
"""

from dataclasses import dataclass

from refunds.texts.requests.request_fact import RequestFact


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMissing(RequestFact):
    """The request has no access token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenScopeUnknown(RequestFact):
    """The scope of the token is no tenant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenNotAscii(RequestFact):
    """The token is not ASCII."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTooLong(RequestFact):
    """The token is too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenOfOtherIssuer(RequestFact):
    """The token is of another issuer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenOfOtherAudience(RequestFact):
    """The token is for another audience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExpired(RequestFact):
    """The token is no longer valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenNotYetValid(RequestFact):
    """The token is not valid yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenInvalid(RequestFact):
    """The token's signature or content is not valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSubjectMalformed(RequestFact):
    """The subject of the token is malformed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRoleUnknown(RequestFact):
    """The role of the token is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleForbids(RequestFact):
    """The role does not allow the action."""

    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorMissing(RequestFact):
    """The action needs a recent second factor."""

    age_max_s: int
