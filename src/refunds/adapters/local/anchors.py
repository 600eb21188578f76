"""Stores audit anchors in a folder outside the database. Each anchor is one signed file.

A file is written completely, synced to disk, and never changed. If two writers choose the same number, one of them
fails. An epoch is a sequence of anchors, and each epoch after the first has its own subfolder.

In the current epoch, only the last `files_max` files are kept. If the current epoch is not the first, its first file is
kept as well. That file names the last anchor of the previous epoch. Files of earlier epochs are kept.

A person who can delete files can still hide the newest anchors. Only storage that refuses deletion prevents this.
"""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path

from refunds.ports.audit.anchors import AnchorBroken, AnchorsUnavailable
from refunds.ports.audit.mac_signer import MacSigner
from refunds.ports.clock import Clock
from refunds.usecases.audit.anchor_codec import name_of
from refunds.usecases.audit.anchor_log import KeptAnchors, Last

NUMBER_DIGITS = 12
FILES_MAX = 100
EPOCH = "epoch-"


class AnchorFiles(KeptAnchors):
    """See `ports.audit.anchors`. The folder must exist and must contain only this adapter's files."""

    def __init__(self, folder: Path, signer: MacSigner, clock: Clock, files_max: int = FILES_MAX) -> None:
        super().__init__(signer, clock, whole_every=max(files_max // 2, 1))
        self._folder = folder
        self._files_max = files_max

    async def _last(self) -> Last | None:
        try:
            return await asyncio.to_thread(self._find_last)
        except OSError as error:
            raise AnchorsUnavailable from error

    async def _text(self, epoch: int, number: int) -> bytes:
        try:
            return await asyncio.to_thread(self._file(epoch, number).read_bytes)
        except FileNotFoundError as error:
            raise AnchorBroken(f"{name_of(epoch, number)} is gone") from error
        except OSError as error:
            raise AnchorsUnavailable from error

    async def _keep(self, epoch: int, number: int, text: bytes) -> None:
        try:
            await asyncio.to_thread(self._add_file, epoch, number, text)
        except OSError as error:
            raise AnchorsUnavailable from error

    def _add_file(self, epoch: int, number: int, text: bytes) -> None:
        """Writes the file completely or not at all. Raises FileExistsError if the number is already used."""
        folder = self._folder_of(epoch)
        if epoch > 1 and not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync(self._folder)
        temporary = folder / f".{os.getpid()}.tmp"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, self._file(epoch, number))
        finally:
            temporary.unlink()
        _sync(folder)
        for old in self._numbers(epoch)[: -self._files_max]:
            if epoch == 1 or old > 1:
                self._file(epoch, old).unlink(missing_ok=True)

    def _find_last(self) -> Last | None:
        epoch = max(self._epochs(), default=1)
        numbers = self._numbers(epoch)
        if not numbers:
            return None
        kept = numbers[1:] if epoch > 1 and len(numbers) > self._files_max else numbers
        has_gap = kept[-1] - kept[0] + 1 != len(kept)
        gap = f"an anchor between {kept[0]} and {kept[-1]} is gone" if has_gap else ""
        return Last(epoch=epoch, number=numbers[-1], gap=gap)

    def _epochs(self) -> Iterable[int]:
        """Returns the numbers of all epochs that have an anchor, except the first epoch."""
        names = (folder.name.removeprefix(EPOCH) for folder in self._folder.glob(f"{EPOCH}*"))
        return [int(name) for name in names if name.isdigit() and self._numbers(int(name))]

    def _numbers(self, epoch: int) -> list[int]:
        return sorted(int(file.stem) for file in self._folder_of(epoch).glob("*.anchor") if file.stem.isdigit())

    def _folder_of(self, epoch: int) -> Path:
        return self._folder if epoch == 1 else self._folder / f"{EPOCH}{epoch:04d}"

    def _file(self, epoch: int, number: int) -> Path:
        return self._folder_of(epoch) / f"{number:0{NUMBER_DIGITS}d}.anchor"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
