"""The texts of refusals for bodies."""

from collections.abc import Mapping

from refunds.texts.requests import body_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

BODY_TEXTS: Mapping[type[RequestFact], Text] = {
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
    facts.BodyNotJson: Text(
        "The body is not well-formed JSON.", "Nothing of it was read.", "Send one JSON value, as RFC 8259 describes it."
    ),
    facts.BodyNotUtf8: Text("The body is not UTF-8.", "JSON is read in UTF-8 only.", "Send the body in UTF-8."),
}
