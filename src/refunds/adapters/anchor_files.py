"""Anchors as files of one folder outside of the database: one file an anchor, sealed.

A file is written whole, flushed, and never changed; of two writers of one number one is refused. The last `files_max`
are kept. Somebody who may delete the newest files can still hide them: that needs a place that refuses to delete.
"""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from refunds.domain.audit import ChainHead
from refunds.ports.anchors import AnchorBroken, AnchoredHeads, AnchorsUnavailable
from refunds.ports.clock import Clock
from refunds.ports.seals import Seals
from refunds.usecases.anchor_texts import anchor_of, sealed_text

NUMBER_DIGITS = 12
FILES_MAX = 100


class AnchorFiles:
    """See `ports.anchors`. The folder is there already and belongs to this alone."""

    def __init__(self, folder: Path, seals: Seals, clock: Clock, files_max: int = FILES_MAX) -> None:
        self._folder = folder
        self._seals = seals
        self._clock = clock
        self._files_max = files_max

    async def append(self, heads: Sequence[ChainHead]) -> None:
        """See the port."""
        last = await self.latest()
        number = 1 if last is None else last.number + 1
        text = await sealed_text(self._seals, number, self._clock.now(), heads)
        try:
            await asyncio.to_thread(self._add, number, text)
        except OSError as error:
            raise AnchorsUnavailable from error

    async def latest(self) -> AnchoredHeads | None:
        """See the port."""
        try:
            number, text = await asyncio.to_thread(self._read_last)
        except OSError as error:
            raise AnchorsUnavailable from error
        return await anchor_of(self._seals, number, text) if number else None

    def _add(self, number: int, text: bytes) -> None:
        """Writes the file whole or not at all; FileExistsError where another took the number."""
        temporary = self._folder / f".{os.getpid()}.tmp"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, self._file(number))
        finally:
            temporary.unlink()
        _sync(self._folder)
        for old in self._numbers()[: -self._files_max]:
            self._file(old).unlink(missing_ok=True)

    def _read_last(self) -> tuple[int, bytes]:
        """The last number with its file; number 0 where there is none."""
        numbers = self._numbers()
        if not numbers:
            return 0, b""
        if numbers[-1] - numbers[0] + 1 != len(numbers):
            raise AnchorBroken(f"an anchor between {numbers[0]} and {numbers[-1]} is gone")
        return numbers[-1], self._file(numbers[-1]).read_bytes()

    def _numbers(self) -> list[int]:
        return sorted(int(file.stem) for file in self._folder.glob("*.anchor") if file.stem.isdigit())

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:0{NUMBER_DIGITS}d}.anchor"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
