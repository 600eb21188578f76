"""Refusals for limits of the service, and its failure: one class a case. Pure.

Their texts are in `limit_texts`.
"""

from dataclasses import dataclass

from refunds.texts.requests.request_fact import RequestFact


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsInFlight(RequestFact):
    """The process answers as many requests as it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyBytesInMemory(RequestFact):
    """The process holds as many bytes of bodies as it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateExceeded(RequestFact):
    """The tenant has made as many requests as it may."""

    tenant_id: str
    requests_max: int
    span_s: int
    wait_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFailed(RequestFact):
    """The service failed."""
