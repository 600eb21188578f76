"""Refusals for paths, methods and queries: one class a case. Pure.

Their texts are in `route_texts`.
"""

from dataclasses import dataclass

from refunds.texts.requests.request_fact import RequestFact


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryMalformed(RequestFact):
    """The query cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRepeated(RequestFact):
    """A query parameter occurs twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryNotTaken(RequestFact):
    """The route has no query parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteUnknown(RequestFact):
    """No route has this path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodUnknown(RequestFact):
    """The route has other methods."""

    allowed: tuple[str, ...]
