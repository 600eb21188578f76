"""A collection of the simulated database: the primary's present documents, and those that a majority holds."""

from typing import Generic, TypeVar

from refunds.domain.payment.outbox import PaymentChange

Value = TypeVar("Value")


class Table(Generic[Value]):
    """Immutable documents by id. Written by the database alone, which keeps both views."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.local: dict[str, Value] = {}
        self.majority: dict[str, Value] = {}

    def put(self, key: str, value: Value | None) -> Value | None:
        """Stores it on the primary (None: deletes); the document before."""
        before = self.local.get(key)
        _put(self.local, key, value)
        return before

    def put_majority(self, key: str, value: Value | None) -> None:
        """A majority holds it, too."""
        _put(self.majority, key, value)

    def change_of(self, before: Value | None, after: Value | None) -> PaymentChange | None:
        """The change that the write emits to the feed's readers; only payments have one."""
        del before, after
        return None


def _put(documents: dict[str, Value], key: str, value: Value | None) -> None:
    if value is None:
        documents.pop(key, None)
    else:
        documents[key] = value
