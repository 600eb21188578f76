"""The texts of refusals for access tokens, roles and second factors."""

from collections.abc import Mapping

from refunds.texts.requests import caller_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

CALLER_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.TokenMissing: Text(
        "The request has no access token.",
        "This route needs to know the caller.",
        "Send an access token in the header Authorization: Bearer …",
    ),
    facts.TokenScopeUnknown: Text(
        "The scope of the token is not a known tenant.",
        "A token is valid only for a tenant that exists.",
        "Use a token for a tenant of this service.",
    ),
    facts.TokenNotAscii: Text(
        "The token has characters that are not ASCII.",
        "A JSON Web Token consists of ASCII characters.",
        "Send the token as it was issued.",
    ),
    facts.TokenTooLong: Text(
        "The token is too long.",
        "Tokens of this service are shorter.",
        "Send the token as it was issued.",
    ),
    facts.TokenOfOtherIssuer: Text(
        "Another issuer issued the token.",
        "The service trusts only its own issuer.",
        "Use a token of that issuer.",
    ),
    facts.TokenOfOtherAudience: Text(
        "The token was issued for another audience.",
        "A token is valid only at the services that it names as its audience.",
        "Ask the issuer for a token for this service.",
    ),
    facts.TokenExpired: Text(
        "The token has expired.", "A token is valid until the time that it names.", "Get a new token."
    ),
    facts.TokenNotYetValid: Text(
        "The token is not valid yet.",
        "The token names a later time from which it is valid.",
        "Wait until that time, or check the clock of the issuer.",
    ),
    facts.TokenInvalid: Text(
        "The signature or the content of the token is not valid.",
        "The token was changed, or its issuer signed it with a key that this service does not know.",
        "Send the token as it was issued, or get a new one.",
    ),
    facts.TokenSubjectMalformed: Text(
        "The subject of the token is malformed.",
        "A subject must have 1 to 128 printable characters.",
        "Ask the issuer for a token with such a subject.",
    ),
    facts.TokenRoleUnknown: Text(
        "The service does not know the role of the token.",
        "Roles are a fixed list.",
        "Ask the issuer for a token with a role of this service.",
    ),
    facts.RoleForbids: Text(
        "Your role, {role:words}, does not allow this action for a tenant of this kind.",
        "The roles that allow it are: {roles}.",
        "Ask a person with one of these roles to do it.",
    ),
    facts.NoRoleAllows: Text(
        "This action is not possible for a tenant of this kind.",
        "No role allows it.",
        "Choose a tenant of another kind.",
    ),
    facts.SecondFactorMissing: Text(
        "This request needs a second factor that you used within the last {age_max_s} seconds.",
        "Your token names no second factor, or an older one.",
        "Sign in with a second factor, then repeat the request.",
    ),
}
