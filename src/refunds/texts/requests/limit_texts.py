"""The texts of refusals for limits of the service, and its failure."""

from collections.abc import Mapping

from refunds.texts.requests import limit_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

LIMIT_TEXTS: Mapping[type[RequestFact], Text] = {
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
}
