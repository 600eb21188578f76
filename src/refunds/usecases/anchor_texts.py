"""The text of an anchor, the same wherever it is kept: its seal in the first line, then what is sealed, as JSON.

Called by the adapters that keep anchors.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from refunds.domain.audit import ChainHead
from refunds.ports.anchors import AnchorBroken, AnchoredHeads
from refunds.ports.seals import Seals

FORMAT = 1


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is sealed: heads as [chain, seq, hash]."""

    format: int
    number: int
    at: datetime
    heads: list[tuple[str, int, str]]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Body)


async def sealed_text(seals: Seals, number: int, at: datetime, heads: Sequence[ChainHead]) -> bytes:
    """The text of a new anchor. SealsUnavailable."""
    told = sorted((head.chain, head.seq, head.hash) for head in heads)
    body = _encoder.encode(_Body(FORMAT, number, at, told))
    seal = await seals.seal(body)
    return seal.hex().encode() + b"\n" + body


async def anchor_of(seals: Seals, number: int, text: bytes) -> AnchoredHeads:
    """What the text of anchor `number` says. AnchorBroken, SealsUnavailable."""
    seal, _, body = text.partition(b"\n")
    if not await seals.is_sealed(body, _from_hex(seal)):
        raise AnchorBroken(f"anchor {number} is not sealed by this instance's key")
    try:
        told = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise AnchorBroken(f"anchor {number} cannot be read") from error
    if (told.format, told.number) != (FORMAT, number):
        raise AnchorBroken(f"the text of anchor {number} is that of another")
    heads = tuple(ChainHead(chain=chain, seq=seq, hash=digest) for chain, seq, digest in told.heads)
    return AnchoredHeads(number=number, at=told.at, heads=heads)


def _from_hex(text: bytes) -> bytes:
    try:
        return bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return b""
