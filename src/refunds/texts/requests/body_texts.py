"""Contains the texts for bodies that are refused."""

from collections.abc import Mapping

from refunds.texts.requests import body_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

BODY_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.ConnectionEnded: Text(
        "The connection ended before the whole body had arrived.",
        "The service cannot read a request before its whole body has arrived.",
        "Send the request again, with the same Idempotency-Key.",
    ),
    facts.BodyUnreadable: Text(
        "The service could not read the whole body.",
        "A part of the body is malformed, or the connection broke.",
        "Send the request again, with the same Idempotency-Key.",
    ),
    facts.BodySlow: Text(
        "The body did not arrive in time.",
        "A body must arrive within {within_s} s.",
        "Send the request again over a faster connection, or send less in one request.",
    ),
    facts.BodyLarge: Text(
        "The body is too large.", "This route accepts at most {bytes_max} bytes.", "Send a smaller body."
    ),
    facts.BodyNotJson: Text(
        "The body is not well-formed JSON.",
        "Nothing was done, because the service needs a body that is valid JSON from its beginning to its end.",
        "Send one JSON value, as RFC 8259 defines it.",
    ),
    facts.BodyNotUtf8: Text(
        "The body is not in UTF-8.",
        "The service reads JSON in UTF-8 only.",
        "Send the body in UTF-8.",
    ),
}
