"""The collection of the audit log in the simulated database, with indexes by chain and by subject and version."""

from collections.abc import Mapping

from refunds.adapters.memory.documents import Table
from refunds.ports.audit.audit_records import AuditRecord

Subjects = dict[str, dict[int, str]]


class AuditTable(Table[AuditRecord]):
    """See `documents.Table`. It has each version of a subject once."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.local_by_subject: Subjects = {}
        self.majority_by_subject: Subjects = {}

    def put(self, key: str, value: AuditRecord | None) -> AuditRecord | None:
        """See `Table`."""
        before = super().put(key, value)
        _follow(self.local_by_subject, key, before, value)
        return before

    def put_majority(self, key: str, value: AuditRecord | None) -> None:
        """See `Table`."""
        _follow(self.majority_by_subject, key, self.majority.get(key), value)
        super().put_majority(key, value)

    def versions_of(self, subject: str) -> Mapping[int, str]:
        """Returns the ids of a subject's records by version, as far as a majority has stored them."""
        return self.majority_by_subject.get(subject, {})


def _follow(subjects: Subjects, key: str, before: AuditRecord | None, after: AuditRecord | None) -> None:
    if before is not None:
        subjects.get(before.entry.subject, {}).pop(before.entry.version, None)
    if after is not None:
        subjects.setdefault(after.entry.subject, {})[after.entry.version] = key
