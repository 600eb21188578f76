r"""Stores the books in a file to which lines are only appended. Each entry is one line with a checksum.

The sandbox's main module opens the journal, and the gateway writes it. Lines are flushed in batches by a thread, so
that the event loop does not wait.

A line is `<crc> <entry>\n`. The entry is JSON. The CRC-32 has 8 hexadecimal digits and covers the entry and all earlier
entries. So a changed, lost or moved line is detected. If the process is killed during a write, the last line has no
end. Its entry was never confirmed to a caller, so the line is removed. Any other malformed line is refused.
"""

import asyncio
import fcntl
import os
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import msgspec

from refunds_embedded.sandbox.books.books import EntryContradictsBooks
from refunds_embedded.sandbox.books.entries import Entry
from refunds_embedded.sandbox.errors import FolderInUse, FolderUnusable, JournalDamaged, JournalFailed

JOURNAL_NAME = "journal.ndjson"
LOCK_NAME = "lock"
LINE_BYTES_MAX = 16_384
CRC_DIGITS = 8

_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(Entry).decode


def lock_folder(folder: Path) -> int:
    """Creates the folder and locks it until this process ends. Returns the descriptor of the lock.

    Raises FolderUnusable if the folder cannot be used, or FolderInUse if another sandbox has locked it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise FolderUnusable(str(folder), error.strerror or str(error)) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise FolderInUse(str(folder)) from error
    return descriptor


class Journal:
    """The journal of the books. It must be used in one event loop."""

    def __init__(self, folder: Path, flush_gap_ms: int, on_failure: Callable[[JournalFailed], None]) -> None:
        self._path = folder / JOURNAL_NAME
        self._flush_gap_s = flush_gap_ms / 1_000
        self._on_failure = on_failure
        self._descriptor = -1
        self._crc = 0
        self._pending: list[bytes] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._flying: list[asyncio.Future[None]] = []
        self._is_flushing = False
        self._failed: JournalFailed | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self.entries_count = 0
        self.flushes_count = 0

    def replay(self, apply: Callable[[Entry], None]) -> None:
        """Opens the file, passes every entry to `apply`, and removes an incomplete last line.

        Raises JournalDamaged if another line is malformed, or FolderUnusable if the file cannot be read or written.
        """
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with self._path.open("rb") as file:
                kept_bytes = self._replay_lines(file, apply)
            if kept_bytes < os.fstat(self._descriptor).st_size:
                os.ftruncate(self._descriptor, kept_bytes)
            _sync_folder(self._path.parent)
        except OSError as error:
            raise FolderUnusable(str(self._path.parent), error.strerror or str(error)) from error

    def append(self, entry: Entry) -> None:
        """Queues an entry for the next flush. The entry is not durable until `durable` returns."""
        line = _ENCODE(entry)
        self._crc = zlib.crc32(line, self._crc)
        self._pending.append(b"%08x %b\n" % (self._crc, line))
        self.entries_count += 1
        if not self._is_flushing:
            self._is_flushing = True
            asyncio.get_running_loop().call_later(self._flush_gap_s, self._flush)

    async def durable(self) -> None:
        """Waits until all entries that were appended so far are on disk. Raises JournalFailed if a write failed."""
        if self._failed is not None:
            raise self._failed
        if not self._is_flushing:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._waiting if self._pending else self._flying).append(waiter)
        await waiter

    async def close(self) -> None:
        """Flushes the remaining entries and closes the file."""
        if self._failed is None:
            await self.durable()
        self._thread.shutdown()
        os.close(self._descriptor)

    def _replay_lines(self, file: BinaryIO, apply: Callable[[Entry], None]) -> int:
        kept_bytes = number = 0
        while line := file.readline(LINE_BYTES_MAX):
            number += 1
            if not line.endswith(b"\n"):
                self._check_is_last(file, line, number)
                break
            self._replay_line(line, number, apply)
            kept_bytes += len(line)
        return kept_bytes

    def _check_is_last(self, file: BinaryIO, line: bytes, number: int) -> None:
        if len(line) >= LINE_BYTES_MAX or file.read(1):
            raise JournalDamaged(str(self._path), number, "the line is too long")

    def _replay_line(self, line: bytes, number: int, apply: Callable[[Entry], None]) -> None:
        self._crc = zlib.crc32(line[CRC_DIGITS + 1 : -1], self._crc)
        if line[: CRC_DIGITS + 1] != b"%08x " % self._crc:
            raise JournalDamaged(str(self._path), number, "its check sum does not fit")
        try:
            apply(_DECODE(line[CRC_DIGITS + 1 : -1]))
        except (msgspec.DecodeError, EntryContradictsBooks) as error:
            raise JournalDamaged(str(self._path), number, str(error)) from error

    def _flush(self) -> None:
        chunk, self._pending = b"".join(self._pending), []
        self._flying, self._waiting = self._waiting, []
        self.flushes_count += 1
        loop = asyncio.get_running_loop()
        loop.run_in_executor(self._thread, _write, self._descriptor, chunk).add_done_callback(self._flushed)

    def _flushed(self, flush: asyncio.Future[None]) -> None:
        if (error := flush.exception()) is not None:
            self._fail(JournalFailed(str(error)))
            return
        for waiter in self._flying:
            if not waiter.done():
                waiter.set_result(None)
        self._flying = []
        if self._pending:
            flush.get_loop().call_later(self._flush_gap_s, self._flush)
        else:
            self._is_flushing = False

    def _fail(self, failed: JournalFailed) -> None:
        self._failed = failed
        for waiter in (*self._flying, *self._waiting):
            if not waiter.done():
                waiter.set_exception(failed)
        self._on_failure(failed)


def _write(descriptor: int, chunk: bytes) -> None:
    """Writes one batch and flushes it to disk. Runs in the journal's thread.

    If the write fails, removes what was written of the batch and raises OSError.
    """
    start = os.fstat(descriptor).st_size
    try:
        written = 0
        while written < len(chunk):
            written += os.write(descriptor, chunk[written:])
        os.fdatasync(descriptor)
    except OSError:
        os.ftruncate(descriptor, start)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
