"""Defines the base class of reasons for which the web application refuses a request before it calls a use case."""

from msgspec import Struct


class RequestFact(Struct, frozen=True, kw_only=True):
    """The reason for which a request is refused. The tables in this package contain a text for each reason."""
