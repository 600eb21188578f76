"""Encodes and decodes the text of an anchor, and signs and verifies that text.

The first line of the text is the MAC. The signed body follows as JSON. `anchor_log` calls these functions.

A head is the last record of an audit chain. An anchor of format 2 contains the heads that changed since the previous
anchor. Such an anchor also contains the digest of the previous anchor. So the MAC of the last anchor covers all earlier
anchors. Older releases wrote format 1, in which each anchor contains all heads. With format 1 there was only one epoch,
which is a sequence of anchors.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec

from refunds.domain.audit.hash_chain import ChainHead
from refunds.ports.audit.anchors import AnchorBroken, Followed
from refunds.ports.audit.mac_signer import MacSigner

FORMAT = 2

Head = tuple[str, int, str]
"""The head of a chain as it is stored: a tuple of chain, `seq` and hash."""


class AnchorBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The signed body of an anchor.

    If `is_whole` is True, `heads` has the heads of all chains. Otherwise `heads` has only the heads that changed since
    anchor `number` − 1. `root` is always computed over the heads of all chains. `previous` is the digest of the
    previous anchor's text.
    """

    format: int
    number: int
    at: datetime
    heads: list[Head]
    epoch: int = 1
    root: str = ""
    is_whole: bool = False
    previous: str = ""
    follows: Followed | None = None

    @property
    def has_all(self) -> bool:
        """Returns True if `heads` has the heads of all chains."""
        return self.is_whole or self.format == 1


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(AnchorBody)


def encode_heads(heads: Iterable[ChainHead]) -> list[Head]:
    """Returns the heads as tuples of chain, `seq` and hash, ordered by chain."""
    return sorted((head.chain, head.seq, head.hash) for head in heads)


def decode_heads(found: Iterable[Head]) -> tuple[ChainHead, ...]:
    """Returns the chain heads of tuples that `encode_heads` made."""
    return tuple(ChainHead(chain=chain, seq=seq, hash=digest) for chain, seq, digest in found)


def digest_of(text: bytes) -> str:
    """Returns the SHA-256 digest of an anchor's text, in hexadecimal. The next anchor contains this digest."""
    return sha256(text).hexdigest()


async def signed_text(signer: MacSigner, body: AnchorBody) -> bytes:
    """Signs the body and returns the text of a new anchor. Raises SignerUnavailable."""
    encoded = _encoder.encode(body)
    mac = await signer.sign(encoded)
    return mac.hex().encode() + b"\n" + encoded


async def signed_body(signer: MacSigner, epoch: int, number: int, text: bytes) -> AnchorBody:
    """Verifies the MAC of an anchor's text and returns the body. Raises AnchorBroken or SignerUnavailable."""
    mac, _, body = text.partition(b"\n")
    if not await signer.is_signed(body, _from_hex(mac)):
        raise AnchorBroken(f"{name_of(epoch, number)} is not signed with this instance's key")
    return body_of(epoch, number, text)


def body_of(epoch: int, number: int, text: bytes) -> AnchorBody:
    """Returns the body in the verified text of an anchor. Raises AnchorBroken if the body does not fit the anchor."""
    try:
        body = _decoder.decode(text.partition(b"\n")[2])
    except msgspec.DecodeError as error:
        raise AnchorBroken(f"{name_of(epoch, number)} cannot be read") from error
    if body.format not in (1, FORMAT) or (body.epoch, body.number) != (epoch, number):
        raise AnchorBroken(f"the text stored as {name_of(epoch, number)} is the text of another anchor")
    return body


def name_of(epoch: int, number: int) -> str:
    """Returns the name of the anchor that messages to people use."""
    return f"anchor {number}" if epoch == 1 else f"anchor {number} of epoch {epoch}"


def overlaid(bodies: Sequence[AnchorBody]) -> tuple[ChainHead, ...]:
    """Returns the heads of all chains at the last of these anchors.

    The first anchor of `bodies` must contain the heads of all chains.
    """
    heads: dict[str, Head] = {}
    for body in bodies:
        heads |= {head[0]: head for head in body.heads}
    return decode_heads(heads[chain] for chain in sorted(heads))


def _from_hex(text: bytes) -> bytes:
    try:
        return bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return b""
