"""Refusals for limits of the service, and its failure: one class a case. Pure.

Their texts are in `limit_texts`.
"""

from refunds.texts.requests.request_fact import RequestFact


class RequestsInFlight(RequestFact, frozen=True, kw_only=True):
    """The process answers as many requests as it may."""


class BodyBytesInMemory(RequestFact, frozen=True, kw_only=True):
    """The process holds as many bytes of bodies as it may."""


class RateExceeded(RequestFact, frozen=True, kw_only=True):
    """The tenant has made as many requests as it may."""

    tenant_id: str
    requests_max: int
    span_s: int
    wait_s: int


class RequestFailed(RequestFact, frozen=True, kw_only=True):
    """The service failed."""
