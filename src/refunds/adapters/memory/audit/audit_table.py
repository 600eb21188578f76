"""The audit log's collection in the simulated database.

Records are found by chain through their ids, and by subject and version through an index.
"""

from collections.abc import Mapping

from refunds.adapters.memory.documents import Table
from refunds.ports.audit.audit_records import AuditRecord

Subjects = dict[str, dict[int, str]]


class AuditTable(Table[AuditRecord]):
    """See `documents.Table`. Stores at most one record for each version of a subject."""

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
        """Returns the ids of the subject's records, by version.

        Only records that a majority has stored are included.
        """
        return self.majority_by_subject.get(subject, {})


def _follow(subjects: Subjects, key: str, before: AuditRecord | None, after: AuditRecord | None) -> None:
    if before is not None:
        subjects.get(before.entry.subject, {}).pop(before.entry.version, None)
    if after is not None:
        subjects.setdefault(after.entry.subject, {})[after.entry.version] = key
