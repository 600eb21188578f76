"""Defines the reasons why a body is refused, as one class per reason. `body_texts` has their texts."""

from refunds.texts.requests.request_fact import RequestFact


class ConnectionEnded(RequestFact, frozen=True, kw_only=True):
    """The caller disconnected before the end of the body."""


class BodyUnreadable(RequestFact, frozen=True, kw_only=True):
    """The server could not read the body to its end."""


class BodySlow(RequestFact, frozen=True, kw_only=True):
    """The body did not arrive in time."""

    within_s: float


class BodyLarge(RequestFact, frozen=True, kw_only=True):
    """The body is too large."""

    bytes_max: int


class BodyNotJson(RequestFact, frozen=True, kw_only=True):
    """The body is not JSON."""


class BodyNotUtf8(RequestFact, frozen=True, kw_only=True):
    """The body is not UTF-8."""
