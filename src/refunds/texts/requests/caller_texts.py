"""The texts of refusals for access tokens, roles and second factors."""

from collections.abc import Mapping

from refunds.texts.requests import caller_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

CALLER_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.TokenMissing: Text(
        "The request has no access token.",
        "This route is answered to known callers only.",
        "Send an access token: Authorization: Bearer …",
    ),
    facts.TokenScopeUnknown: Text(
        "The token's scope is no known tenant.",
        "A token is valid for a tenant that exists.",
        "Use a token for a tenant of this service.",
    ),
    facts.TokenNotAscii: Text(
        "The token is not ASCII.", "A JSON Web Token consists of ASCII characters.", "Send the token as it was issued."
    ),
    facts.TokenTooLong: Text(
        "The token is too long.", "No token of this service has as many characters.", "Send the token as it was issued."
    ),
    facts.TokenOfOtherIssuer: Text(
        "The token is from another issuer.",
        "Only the issuer of this service is trusted.",
        "Use a token of that issuer.",
    ),
    facts.TokenOfOtherAudience: Text(
        "The token is for another audience.",
        "A token is valid at the services that it names.",
        "Ask the issuer for a token for this service.",
    ),
    facts.TokenExpired: Text(
        "The token has expired.", "A token is valid until the time that it names.", "Get a new token."
    ),
    facts.TokenNotYetValid: Text(
        "The token is not valid yet.",
        "It names a later time from which it is valid.",
        "Wait until then, or check the clock of the issuer.",
    ),
    facts.TokenInvalid: Text(
        "The token's signature or content is not valid.",
        "It was changed, or signed with a key that is not known here.",
        "Send the token as it was issued, or get a new one.",
    ),
    facts.TokenSubjectMalformed: Text(
        "The token's subject is malformed.",
        "It must be 1 to 128 printable characters.",
        "Ask the issuer for a token with such a subject.",
    ),
    facts.TokenRoleUnknown: Text(
        "The token's role is not known.",
        "Roles are a fixed list.",
        "Ask the issuer for a token with a role of this service.",
    ),
    facts.RoleForbids: Text(
        "Your role, {role:words}, does not allow this at this level.",
        "The roles that may do it are: {roles}.",
        "Ask a person with one of these roles to do it.",
    ),
    facts.NoRoleAllows: Text(
        "This is not allowed at this level.",
        "No role may do it to a tenant of this level.",
        "Do it to a tenant of another level.",
    ),
    facts.SecondFactorMissing: Text(
        "This needs a second factor shown within the last {age_max_s} seconds.",
        "Your token names none, or an older one.",
        "Sign in with a second factor and repeat the request.",
    ),
}
