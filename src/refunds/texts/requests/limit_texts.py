"""Contains the texts for requests that a limit refuses, and for the service's own failure."""

from collections.abc import Mapping

from refunds.texts.requests import limit_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

LIMIT_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.RequestsInFlight: Text(
        "The service is answering too many requests at present.",
        "The service answers only a limited number of requests at the same time.",
        "Send the request again in a moment, with the same Idempotency-Key.",
    ),
    facts.WaitTooLong: Text(
        "The service could not answer this request in time at present.",
        "It refuses requests that would have to wait too long. Nothing was done.",
        "Try again in {wait_s} s, with the same Idempotency-Key.",
    ),
    facts.ShareInProgress: Text(
        "Your tenant has as many requests in progress as its share at present.",
        "While the service has much work, it shares its capacity among its tenants. Nothing was done.",
        "Try again in {wait_s} s, with the same Idempotency-Key.",
    ),
    facts.BodyBytesInMemory: Text(
        "The service is receiving too many bytes at present.",
        "The service keeps only a limited number of bytes in memory at the same time.",
        "Send the request again in a moment, or send smaller files.",
    ),
    facts.RateExceeded: Text(
        "Your tenant, {tenant_id}, has reached its limit of {requests_max} requests in {span_s} s.",
        "The service did not carry out this request. The limit keeps the service available for all tenants.",
        "Try again in {wait_s} s, with the same Idempotency-Key.",
    ),
    facts.RequestFailed: Text(
        "The service failed while it answered the request.",
        "It is not known whether the request was carried out.",
        "Repeat the request with the same Idempotency-Key, and report the request_id of this answer to the operators.",
    ),
}
