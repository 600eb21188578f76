"""Refusals for bodies: one class a case. Pure.

Their texts are in `body_texts`.
"""

from dataclasses import dataclass

from refunds.texts.requests.request_fact import RequestFact


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionEnded(RequestFact):
    """The caller disconnected before the end of the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyUnreadable(RequestFact):
    """The server could not read the body on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySlow(RequestFact):
    """The body did not arrive in time."""

    within_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLarge(RequestFact):
    """The body is too large."""

    bytes_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyNotJson(RequestFact):
    """The body is not JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyNotUtf8(RequestFact):
    """The body is not UTF-8."""
