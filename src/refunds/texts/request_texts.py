"""The text of a request that the web refuses: one text for each class of `request_facts`."""

from collections.abc import Mapping

from refunds.texts import request_facts as facts
from refunds.texts.text import Text, filled

_OTHER_FILE = (
    "To finish that file, send it unchanged. Send new rows in a file of their own, with another key. A row that was "
    "changed may have been paid as it was: look before you send it under another key."
)

REQUEST_TEXTS: Mapping[type[facts.RequestFact], Text] = {
    # headers
    facts.HostMissing: Text(
        "Host: the header is missing or empty.", "HTTP/1.1 needs this header.", "Send one Host header."
    ),
    facts.HeaderRepeated: Text(
        "{header}: the header has more than one value.",
        "It is not known which of them is meant.",
        "{header}: send one.",
    ),
    facts.EtagsMalformed: Text(
        "If-Match: the header is no list of ETags.",
        "It names the versions that may be changed.",
        "Send * or 1 to {tags_max} ETags as they were answered, with commas between.",
    ),
    facts.KeyMalformed: Text(
        "Idempotency-Key: the header is missing or malformed.",
        "It names the request, so that a repeated one moves no money twice.",
        "Send 1 to {chars_max} printable ASCII characters.",
    ),
    facts.FileKeyTooLong: Text(
        "Idempotency-Key: the header is too long for a file.",
        "Each row without a key of its own gets this one with a suffix.",
        "Send at most {chars_max} characters.",
    ),
    # bodies
    facts.ConnectionEnded: Text(
        "The connection ended before the body did.",
        "Only a request that arrives whole is answered.",
        "Send the request again, with the same Idempotency-Key.",
    ),
    facts.BodyUnreadable: Text(
        "The body could not be read to its end.",
        "A part of it is malformed, or the connection broke.",
        "Send the request again, with the same Idempotency-Key.",
    ),
    facts.BodySlow: Text(
        "The body did not arrive in time.",
        "It must arrive within {within_s} s.",
        "Send the request again over a faster connection, or send less in one request.",
    ),
    facts.BodyLarge: Text(
        "The body is too large.", "This route takes at most {bytes_max} bytes.", "Send less in one request."
    ),
    facts.MediaTypeUnknown: Text(
        "Content-Type: the body has another media type than this route reads.",
        "How a body is read follows from its media type.",
        "Send one of: {known}.",
    ),
    facts.BodyEncoded: Text(
        "Content-Encoding: the body is encoded.", "Compressed bodies are not read.", "Send the body as it is."
    ),
    facts.BodyNotJson: Text(
        "The body is not well-formed JSON.", "Nothing of it was read.", "Send one JSON value, as RFC 8259 describes it."
    ),
    facts.BodyNotUtf8: Text("The body is not UTF-8.", "JSON is read in UTF-8 only.", "Send the body in UTF-8."),
    # queries and paths
    facts.QueryMalformed: Text(
        "The query is not well formed.",
        "It has other characters than a URL may have, or too many parameters.",
        "Send name=value, percent-encoded, with & between.",
    ),
    facts.ParameterRepeated: Text(
        "A query parameter is given twice.",
        "It is not known which of its values is meant.",
        "Give each parameter once.",
    ),
    facts.QueryNotTaken: Text(
        "This route takes no query parameters.",
        "A parameter that is not known would be ignored.",
        "Leave the query out.",
    ),
    facts.RouteUnknown: Text(
        "No route of this service has this path.",
        "The path is misspelt, or it belongs to another service.",
        "Take the path from /docs.",
    ),
    facts.MethodUnknown: Text(
        "This route does not take this method.",
        "A path takes the methods that /docs lists for it.",
        "Use one of: {allowed}.",
    ),
    # callers
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
        "Your role, {role}, does not allow this at this level.",
        "The role and the level of the tenant decide what a caller may do.",
        "Ask an administrator of this tenant to do it, or for another role.",
    ),
    facts.SecondFactorMissing: Text(
        "This needs a second factor shown within the last {age_max_s} seconds.",
        "Your token names none, or an older one.",
        "Sign in with a second factor and repeat the request.",
    ),
    # limits
    facts.RequestsInFlight: Text(
        "Too many requests are being answered.",
        "The service answers a limited number at a time.",
        "Send the request again in a moment, with the same Idempotency-Key.",
    ),
    facts.BodyBytesInMemory: Text(
        "Too many bytes of bodies are being received.",
        "The service holds a limited number at a time.",
        "Send the request again in a moment, or send smaller files.",
    ),
    facts.RateExceeded: Text(
        "Your tenant, {tenant_id}, has made the {requests_max} requests that it may make in {span_s} s.",
        "The limit keeps the service free for all tenants; nothing was done.",
        "Try again in {wait_s} s, with the same Idempotency-Key.",
    ),
    facts.RequestFailed: Text(
        "The request could not be answered.",
        "The service failed; what became of the request is not known.",
        "Please report its request_id.",
    ),
    # files
    facts.RowRepeated: Text(
        "The same as row {earlier}.",
        "Rows with one content are one refund.",
        "If both are meant, give each an idempotency_key of its own.",
    ),
    facts.RowAndKeyRepeated: Text(
        "The same and the same idempotency_key as row {earlier}.",
        "One key is one refund.",
        "If both are meant, give each an idempotency_key of its own.",
    ),
    facts.RowOfOtherFile: Text("Row {row} is not in the key's file."),
    facts.FileOfOtherRows: Text(
        "This Idempotency-Key belongs to a file with other rows; nothing was done.",
        "Rows here that are not in it: {others}. Rows of it that are missing here: {missing}.",
        _OTHER_FILE,
    ),
    facts.FileOfMoreRows: Text(
        "This Idempotency-Key belongs to a file with fewer rows; nothing was done.",
        "Rows here that are not in it: {others}.",
        _OTHER_FILE,
    ),
    facts.FileOfMissingRows: Text(
        "This Idempotency-Key belongs to a file with more rows; nothing was done.",
        "Rows of it that are missing here: {missing}.",
        _OTHER_FILE,
    ),
    facts.FileInParts: Text(
        "This Idempotency-Key belongs to files with other rows; nothing was done.",
        "The rows here were sent under it in {files} files, each for merchants of its own.",
        _OTHER_FILE,
    ),
    facts.FileOfFewerRows: Text(
        "This Idempotency-Key belongs to a file with further rows; nothing was done.",
        "Its rows of merchants that are not named here, or of payments that were not found then, are missing here.",
        _OTHER_FILE,
    ),
    facts.FileOfManyRows: Text(
        "The file has too many rows; nothing of it was done.",
        "A file has at most {rows_max} rows.",
        "Send the rows in several files, each with an Idempotency-Key of its own.",
    ),
    facts.CsvMalformed: Text(
        "The file is not well-formed CSV in line {line}.",
        "The reader stopped there: {error}.",
        "Mend the line; cells with a separator or a quote stand in quotes.",
    ),
    facts.CsvNotUtf8: Text("The file is not UTF-8.", "Files are read in UTF-8 only.", "Save the file as CSV UTF-8."),
    facts.CsvWithNul: Text("The file contains U+0000.", "This character cannot be stored.", "Remove it."),
}


def detail_of(fact: facts.RequestFact) -> str:
    """The `detail` of the problem that answers the request."""
    return filled(REQUEST_TEXTS[type(fact)], fact)
