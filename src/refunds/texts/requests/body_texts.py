"""The texts of refusals for bodies."""

from collections.abc import Mapping

from refunds.texts.requests import body_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

BODY_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.ConnectionEnded: Text(
        "The connection ended before the whole body had arrived.",
        "The service answers a request only after the whole body has arrived.",
        "Send the request again, with the same Idempotency-Key.",
    ),
    facts.BodyUnreadable: Text(
        "The service could not read the body to its end.",
        "A part of the body is malformed, or the connection broke.",
        "Send the request again, with the same Idempotency-Key.",
    ),
    facts.BodySlow: Text(
        "The body did not arrive in time.",
        "A body must arrive within {within_s} s.",
        "Send the request again over a faster connection, or send less in one request.",
    ),
    facts.BodyLarge: Text(
        "The body is too large.", "This route takes at most {bytes_max} bytes.", "Send less in one request."
    ),
    facts.BodyNotJson: Text(
        "The body is not well-formed JSON.",
        "The service reads a body only as a whole, so nothing was done.",
        "Send one JSON value, in the form of RFC 8259.",
    ),
    facts.BodyNotUtf8: Text(
        "The body is not in UTF-8.",
        "The service reads JSON in UTF-8 only.",
        "Send the body in UTF-8.",
    ),
}
