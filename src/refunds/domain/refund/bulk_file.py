"""Records which file of refunds first used an Idempotency-Key, with one record per merchant and key.

A file's key is the key of all rows that have no key of their own. Only these rows are recorded. A row is identified by
its content, because a row with other content would be another refund. The order of the rows does not matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A row of a file, with its number and its payment.

    `content` is the fingerprint of the row, or None if the row has its own idempotency key.
    """

    number: int
    payment_id: str
    content: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkFile:
    """The record of one file for one merchant. `content` is the fingerprint of the whole file.

    `rows` are the fingerprints of the merchant's rows. `path` is the merchant's path in the tree of tenants, and its
    last element is the merchant.
    """

    path: tuple[str, ...]
    key: str
    content: str
    rows: tuple[str, ...]

    @property
    def merchant_id(self) -> str:
        """Returns the id of the merchant that this record belongs to."""
        return self.path[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDifference:
    """How a file differs from the first file that was sent with the same key.

    `other_rows` are the numbers of the rows that the first file did not have. `missing_count` is the number of rows
    that are missing now, for the merchants of the current file only. `files_count` is above 1 if these merchants have
    used the key for different files.
    """

    other_rows: tuple[int, ...]
    missing_count: int
    files_count: int


def file_key_of(idempotency_key: str, fingerprint: str) -> str:
    """Returns the key of the file whose row created the refund.

    Returns an empty text if no file created the refund, or if the row had its own key.
    """
    key, _, content = idempotency_key.rpartition(":")
    return key if content and content == fingerprint else ""


def content_of(rows: Iterable[FileRow]) -> str:
    """Returns one fingerprint of all rows that have no key of their own. The order of the rows does not matter."""
    contents = sorted({row.content for row in rows if row.content is not None})
    return blake2b("\n".join(contents).encode(), digest_size=16).hexdigest()


def difference(stored: Sequence[BulkFile], content: str, rows: Sequence[FileRow]) -> FileDifference | None:
    """Returns how `rows` differ from the file that is stored for the same key.

    Returns None if there is no difference, or if no file is stored.
    """
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
    """Returns the records of a file, sorted by merchant id.

    Each merchant whose payments the file names has one record.
    """
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
