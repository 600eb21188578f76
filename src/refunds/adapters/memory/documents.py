"""A collection of the simulated database: the primary's documents, and those that a majority has stored."""

from typing import Generic, TypeVar

from refunds.domain.payment.outbox import PaymentChange

Value = TypeVar("Value")


class Table(Generic[Value]):
    """Immutable documents by id, as the primary has them and as a majority has them. Only the database writes them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.local: dict[str, Value] = {}
        self.majority: dict[str, Value] = {}

    def put(self, key: str, value: Value | None) -> Value | None:
        """Stores the document on the primary (None deletes it) and returns the previous one."""
        before = self.local.get(key)
        _put(self.local, key, value)
        return before

    def put_majority(self, key: str, value: Value | None) -> None:
        """Marks the document as stored by a majority."""
        _put(self.majority, key, value)

    def change_of(self, before: Value | None, after: Value | None) -> PaymentChange | None:
        """Returns the change that this write emits to readers of the feed; only a write of a payment emits a change."""
        del before, after
        return None


def _put(documents: dict[str, Value], key: str, value: Value | None) -> None:
    if value is None:
        documents.pop(key, None)
    else:
        documents[key] = value
