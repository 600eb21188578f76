"""Records which file of refunds first used an Idempotency-Key: one record per merchant and key.

Only rows without a key of their own are recorded. They are identified by their content, so that a row with other
content would be another refund. The order of the rows does not matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A row of a file: its number, its payment and its fingerprint, which is None if the row has its own key."""

    number: int
    payment_id: str
    content: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkFile:
    """One merchant's part of a file, with the fingerprint of the whole file (`content`) and of the merchant's rows.

    `path` is the merchant's path in the tree of tenants; its last element is the merchant.
    """

    path: tuple[str, ...]
    key: str
    content: str
    rows: tuple[str, ...]

    @property
    def merchant_id(self) -> str:
        """Returns the merchant that the key belongs to."""
        return self.path[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDifference:
    """How a file differs from the first file under its key: the numbers of its new rows, and how many rows are missing.

    Missing rows are counted for the merchants of the present file only. `files_count` is above 1 if these merchants
    have used the key for different files.
    """

    other_rows: tuple[int, ...]
    missing_count: int
    files_count: int


def file_key_of(idempotency_key: str, fingerprint: str) -> str:
    """Returns the key of the file whose row created the refund.

    Empty if the row had its own key or there was no file.
    """
    key, _, content = idempotency_key.rpartition(":")
    return key if content and content == fingerprint else ""


def content_of(rows: Iterable[FileRow]) -> str:
    """Returns the fingerprint of all rows without a key of their own; their order does not matter."""
    contents = sorted({row.content for row in rows if row.content is not None})
    return blake2b("\n".join(contents).encode(), digest_size=16).hexdigest()


def difference(stored: Sequence[BulkFile], content: str, rows: Sequence[FileRow]) -> FileDifference | None:
    """Returns how `rows` differ from the stored file of the same key; None if they are equal or nothing is stored."""
    if all(file.content == content for file in stored):
        return None
    known = {row for file in stored for row in file.rows}
    asked = {row.content for row in rows}
    other = tuple(row.number for row in rows if row.content is not None and row.content not in known)
    files = {file.content for file in stored}
    return FileDifference(other_rows=other, missing_count=len(known - asked), files_count=len(files))


def parts_of(
    rows: Sequence[FileRow], paths: dict[str, tuple[str, ...]], key: str, content: str
) -> tuple[BulkFile, ...]:
    """Returns the records of a file: one for each merchant whose payments it names, ordered by merchant id."""
    by_path: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        if row.payment_id in paths:
            own = by_path.setdefault(paths[row.payment_id], set())
            if row.content is not None:
                own.add(row.content)
    return tuple(
        BulkFile(path=path, key=key, content=content, rows=tuple(sorted(own)))
        for path, own in sorted(by_path.items(), key=lambda item: item[0][-1])
    )
