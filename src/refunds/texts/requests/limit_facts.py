"""Requests that limits of the service refuse, and the service's own failure: one class per case. Pure.

The texts are in `limit_texts`.
"""

from refunds.texts.requests.request_fact import RequestFact


class RequestsInFlight(RequestFact, frozen=True, kw_only=True):
    """The process is answering its maximum number of requests."""


class BodyBytesInMemory(RequestFact, frozen=True, kw_only=True):
    """The process has its maximum number of bytes of bodies in memory."""


class RateExceeded(RequestFact, frozen=True, kw_only=True):
    """The tenant has made its maximum number of requests."""

    tenant_id: str
    requests_max: int
    span_s: int
    wait_s: int


class RequestFailed(RequestFact, frozen=True, kw_only=True):
    """The service failed to answer the request."""
