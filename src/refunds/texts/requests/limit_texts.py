"""The texts of refusals for limits of the service, and its failure."""

from collections.abc import Mapping

from refunds.texts.requests import limit_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

LIMIT_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.RequestsInFlight: Text(
        "The service is answering too many requests at present.",
        "The number of requests that it answers at the same time is limited.",
        "Send the request again in a moment, with the same Idempotency-Key.",
    ),
    facts.BodyBytesInMemory: Text(
        "The service is receiving too many bytes at present.",
        "The number of bytes that it keeps in memory at the same time is limited.",
        "Send the request again in a moment, or send smaller files.",
    ),
    facts.RateExceeded: Text(
        "Your tenant, {tenant_id}, has made the {requests_max} requests that it may make in {span_s} s.",
        "This limit keeps the service available for all tenants. Nothing was done.",
        "Try again in {wait_s} s, with the same Idempotency-Key.",
    ),
    facts.RequestFailed: Text(
        "The service failed while it answered the request.",
        "It is not known whether the request was carried out.",
        "Please report the request_id of this answer.",
    ),
}
