"""Finds the route of a path.

A path without braces is found by one look-up. A path with braces is searched among the patterns of the same resource.
The resource is the second segment, such as `refunds` in `/v1/refunds/{refund_id}`.
"""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

SEGMENTS_MAX = 12
RESOURCE = 2
"""The index of the resource among the parts of a path. The first part is empty."""

_T = TypeVar("_T")


@dataclass(slots=True)
class _Pattern(Generic[_T]):
    """A path that is split at its slashes. In `segments`, None stands for a part in braces."""

    segments: tuple[str | None, ...]
    by_method: dict[str, _T] = field(default_factory=dict)

    def values(self, segments: list[str]) -> tuple[str, ...] | None:
        """Returns the segments in place of the braces, or None if the path does not match."""
        found: list[str] = []
        for expected, given in zip(self.segments, segments, strict=True):
            if expected is None:
                if not given:
                    return None
                found.append(given)
            elif expected != given:
                return None
        return tuple(found)


class RouteTable(Generic[_T]):
    """Finds routes by method and path.

    A fixed path wins over a path with braces. A pattern with a fixed resource wins over a pattern with a resource in
    braces.
    """

    def __init__(self) -> None:
        self._fixed: dict[str, dict[str, _T]] = {}
        self._patterns: dict[tuple[int, str | None], list[_Pattern[_T]]] = {}

    def add(self, method: str, path: str, route: _T) -> None:
        """Adds a route. Raises ValueError if there is already a route for the method and path."""
        by_method = self._fixed.setdefault(path, {}) if "{" not in path else self._pattern(path).by_method
        if method in by_method:
            raise ValueError(f"two routes for {method} {path}")
        by_method[method] = route

    def _pattern(self, path: str) -> _Pattern[_T]:
        segments = tuple(None if part.startswith("{") else part for part in path.split("/"))
        resource = segments[RESOURCE] if len(segments) > RESOURCE else None
        patterns = self._patterns.setdefault((len(segments), resource), [])
        for known in patterns:
            if known.segments == segments:
                return known
        patterns.append(_Pattern(segments))
        return patterns[-1]

    def find(self, method: str, path: str) -> tuple[_T, tuple[str, ...]] | None:
        """Returns the route and the segments in place of its braces, or None if there is no route.

        HEAD finds the route of GET.
        """
        by_method, values = self._at(path)
        route = by_method.get(method)
        if route is None and method == "HEAD":
            route = by_method.get("GET")
        return None if route is None else (route, values)

    def methods_of(self, path: str) -> list[str]:
        """Returns the methods of a path, or an empty list if the path has no route."""
        return sorted(self._at(path)[0])

    def _at(self, path: str) -> tuple[dict[str, _T], tuple[str, ...]]:
        fixed = self._fixed.get(path)
        if fixed is not None:
            return fixed, ()
        segments = path.split("/", SEGMENTS_MAX)
        count = len(segments)
        for resource in (segments[RESOURCE] if count > RESOURCE else "", None):
            for pattern in self._patterns.get((count, resource), ()):
                values = pattern.values(segments)
                if values is not None:
                    return pattern.by_method, values
        return {}, ()
