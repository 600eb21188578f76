"""Refusals for paths, methods and queries: one class a case. Pure.

Their texts are in `route_texts`.
"""

from refunds.texts.requests.request_fact import RequestFact


class QueryMalformed(RequestFact, frozen=True, kw_only=True):
    """The query cannot be read."""


class ParameterRepeated(RequestFact, frozen=True, kw_only=True):
    """A query parameter occurs twice."""


class QueryNotTaken(RequestFact, frozen=True, kw_only=True):
    """The route has no query parameters."""


class RouteUnknown(RequestFact, frozen=True, kw_only=True):
    """No route has this path."""


class MethodUnknown(RequestFact, frozen=True, kw_only=True):
    """The route has other methods."""

    allowed: tuple[str, ...]
