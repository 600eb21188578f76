"""Contains the texts for headers that are refused."""

from collections.abc import Mapping

from refunds.texts.requests import header_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

HEADER_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.HostMissing: Text(
        "The header Host is missing or empty.",
        "HTTP/1.1 requires this header.",
        "Send the header Host once.",
    ),
    facts.HeaderRepeated: Text(
        "The header {header} has more than one value.",
        "The service cannot know which of the values you mean.",
        "Send one value for {header}.",
    ),
    facts.EtagsMalformed: Text(
        "The header If-Match is not a list of ETags.",
        "This header names the versions of the object that the request may change.",
        "Send *, or 1 to {tags_max} ETags as the service returned them, with commas between them.",
    ),
    facts.KeyMalformed: Text(
        "The header Idempotency-Key is missing or malformed.",
        "This header identifies the request. If you repeat the request with the same key, no money moves twice.",
        "Send a key of 1 to {chars_max} printable ASCII characters.",
    ),
    facts.FileKeyTooLong: Text(
        "The header Idempotency-Key is too long for a file.",
        "For each row without a key of its own, the service uses this key and adds a suffix to it.",
        "Send a key of at most {chars_max} characters.",
    ),
    facts.MediaTypeUnknown: Text(
        "The header Content-Type names a media type that this route does not read.",
        "The media type decides how the service reads the body.",
        "Send one of these media types: {known}.",
    ),
    facts.AnswerTypeRefused: Text(
        "The header Accept does not allow the media type of the answer.",
        "The answers of this route have the media type {given} only.",
        "Send Accept: {given}, or Accept: */*, or no header Accept.",
    ),
    facts.BodyEncoded: Text(
        "The header Content-Encoding says that the body is compressed.",
        "The service does not read compressed bodies.",
        "Send the body without compression.",
    ),
}
