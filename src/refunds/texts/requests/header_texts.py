"""The texts of refusals for headers."""

from collections.abc import Mapping

from refunds.texts.requests import header_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

HEADER_TEXTS: Mapping[type[RequestFact], Text] = {
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
    facts.MediaTypeUnknown: Text(
        "Content-Type: the body has another media type than this route reads.",
        "How a body is read follows from its media type.",
        "Send one of: {known}.",
    ),
    facts.AnswerTypeRefused: Text(
        "Accept: the header leaves out the media type of the answer.",
        "This route answers as {given} only.",
        "Send {given}, */* or no Accept header.",
    ),
    facts.BodyEncoded: Text(
        "Content-Encoding: the body is encoded.", "Compressed bodies are not read.", "Send the body as it is."
    ),
}
