"""Anchors as files of one folder outside of the database: one file an anchor, its seal in the first line.

A file is written whole, flushed, and never changed; of two writers of one number one is refused. The last `files_max`
are kept. Somebody who may delete the newest files can still hide them: that needs a place that refuses to delete.
"""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from refunds.domain.audit import ChainHead
from refunds.ports.anchors import AnchorBroken, AnchoredHeads, AnchorsUnavailable
from refunds.ports.clock import Clock
from refunds.ports.seals import Seals

NUMBER_DIGITS = 12
FILES_MAX = 100
FORMAT = 1


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is sealed: heads as [chain, seq, hash]."""

    format: int
    number: int
    at: datetime
    heads: list[tuple[str, int, str]]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Body)


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
        told = sorted((head.chain, head.seq, head.hash) for head in heads)
        body = _encoder.encode(_Body(FORMAT, number, self._clock.now(), told))
        seal = await self._seals.seal(body)
        try:
            await asyncio.to_thread(self._add, number, seal.hex().encode() + b"\n" + body)
        except OSError as error:
            raise AnchorsUnavailable from error

    async def latest(self) -> AnchoredHeads | None:
        """See the port."""
        try:
            number, text = await asyncio.to_thread(self._read_last)
        except OSError as error:
            raise AnchorsUnavailable from error
        if not number:
            return None
        seal, _, body = text.partition(b"\n")
        if not await self._seals.is_sealed(body, _from_hex(seal)):
            raise AnchorBroken(f"anchor {number} is not sealed by this instance's key")
        return _anchored(number, body)

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


def _anchored(number: int, body: bytes) -> AnchoredHeads:
    try:
        told = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise AnchorBroken(f"anchor {number} cannot be read") from error
    if (told.format, told.number) != (FORMAT, number):
        raise AnchorBroken(f"the file of anchor {number} holds another")
    heads = tuple(ChainHead(chain=chain, seq=seq, hash=digest) for chain, seq, digest in told.heads)
    return AnchoredHeads(number=number, at=told.at, heads=heads)


def _from_hex(text: bytes) -> bytes:
    try:
        return bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return b""


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
