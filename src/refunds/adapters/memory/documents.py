"""A collection of the simulated database. It keeps the primary's documents apart from those stored by a majority."""

from typing import Generic, TypeVar

from refunds.domain.payment.outbox import PaymentChange

Value = TypeVar("Value")


class Table(Generic[Value]):
    """A collection of immutable documents, by id. Only the simulated database writes them.

    `local` has the primary's documents. `majority` has the documents that a majority has stored.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.local: dict[str, Value] = {}
        self.majority: dict[str, Value] = {}

    def put(self, key: str, value: Value | None) -> Value | None:
        """Stores the document on the primary and returns the previous one. If `value` is None, deletes the document."""
        before = self.local.get(key)
        _put(self.local, key, value)
        return before

    def put_majority(self, key: str, value: Value | None) -> None:
        """Stores the document in `majority`. If `value` is None, deletes the document."""
        _put(self.majority, key, value)

    def change_of(self, before: Value | None, after: Value | None) -> PaymentChange | None:
        """Returns the change of a payment that readers of the feed get for this write.

        Returns None if the collection does not store payments.
        """
        del before, after
        return None


def _put(documents: dict[str, Value], key: str, value: Value | None) -> None:
    if value is None:
        documents.pop(key, None)
    else:
        documents[key] = value
