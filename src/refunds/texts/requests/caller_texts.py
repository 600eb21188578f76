"""Contains the texts for access tokens, roles and second factors that are refused."""

from collections.abc import Mapping

from refunds.texts.requests import caller_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

CALLER_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.TokenMissing: Text(
        "The request has no access token.",
        "The service must know who calls this route.",
        "Send an access token in the header Authorization: Bearer …",
    ),
    facts.TokenScopeUnknown: Text(
        "The scope of the token is a tenant that this service does not know.",
        "A token is valid only for a tenant that exists.",
        "Use a token whose scope is a tenant of this service.",
    ),
    facts.TokenNotAscii: Text(
        "The token has characters that are not ASCII.",
        "A JSON Web Token consists of ASCII characters.",
        "Send the token as it was issued.",
    ),
    facts.TokenTooLong: Text(
        "The token is too long.",
        "The tokens for this service are shorter.",
        "Send the token as it was issued.",
    ),
    facts.TokenOfOtherIssuer: Text(
        "The token comes from an issuer that this service does not trust.",
        "The service trusts one issuer only.",
        "Get a token from the issuer that this service trusts.",
    ),
    facts.TokenOfOtherAudience: Text(
        "The token was issued for another service.",
        "A token is valid only at the services that its audience names.",
        "Ask the issuer for a token for this service.",
    ),
    facts.TokenExpired: Text("The token has expired.", "Each token is valid for a limited time.", "Get a new token."),
    facts.TokenNotYetValid: Text(
        "The token is not valid yet.",
        "The validity of this token begins at a later time.",
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
        "Ask the issuer for a token with a valid subject.",
    ),
    facts.TokenRoleUnknown: Text(
        "The service does not know the role of the token.",
        "The service accepts only the roles of a fixed list.",
        "Ask the issuer for a token with a role of this service.",
    ),
    facts.RoleForbids: Text(
        "Your role, {role:words}, does not allow this action for a tenant of this kind.",
        "The roles that allow it are: {roles}.",
        "Ask a person with one of these roles.",
    ),
    facts.NoRoleAllows: Text(
        "This action cannot be done for a tenant of this kind.",
        "No role allows this action.",
        "Choose a tenant of another kind.",
    ),
    facts.SecondFactorMissing: Text(
        "For this request, you must have signed in with a second factor within the last {age_max_s} seconds.",
        "According to your token, you used no second factor, or you used it earlier than that.",
        "Sign in with a second factor, then repeat the request.",
    ),
}
