"""Defines the reasons why a path, method or query is refused, as one class per reason.

`route_texts` has their texts.
"""

from refunds.texts.requests.request_fact import RequestFact


class QueryMalformed(RequestFact, frozen=True, kw_only=True):
    """The query is malformed."""


class ParameterRepeated(RequestFact, frozen=True, kw_only=True):
    """A query parameter occurs twice."""


class QueryNotTaken(RequestFact, frozen=True, kw_only=True):
    """The route accepts no query parameters."""


class RouteUnknown(RequestFact, frozen=True, kw_only=True):
    """No route has this path."""


class MethodUnknown(RequestFact, frozen=True, kw_only=True):
    """The route does not accept this method."""

    allowed: tuple[str, ...]
