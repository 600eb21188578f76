"""Defines the facts that a limit is reached, or that the service itself failed.

There is one class per case. `limit_texts` has their texts.
"""

from refunds.texts.requests.request_fact import RequestFact


class RequestsInFlight(RequestFact, frozen=True, kw_only=True):
    """The process is already answering as many requests as it may at the same time."""


class WaitTooLong(RequestFact, frozen=True, kw_only=True):
    """At its current rate of answers, the process could not answer the request in time."""

    wait_s: int


class ShareInProgress(RequestFact, frozen=True, kw_only=True):
    """The process is busy, and the tenant already has as many requests in progress as its share allows."""

    wait_s: int


class BodyBytesInMemory(RequestFact, frozen=True, kw_only=True):
    """The process already has as many bytes of bodies in memory as it may."""


class RateExceeded(RequestFact, frozen=True, kw_only=True):
    """The tenant has made as many requests as it may in `span_s` seconds."""

    tenant_id: str
    requests_max: int
    span_s: int
    wait_s: int


class RequestFailed(RequestFact, frozen=True, kw_only=True):
    """The service failed to answer the request."""
