"""Defines `refunds audit prove` and `check-proof`, which prove that an anchor contains a chain's head.

A proof is one JSON document. It contains the head of one chain and some digests, and nothing about other tenants.
Checking a proof needs no database.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from refunds.cli.client.instance_option import READY_FILE, AsJson, read_instance
from refunds.cli.client.whole_numbers import whole
from refunds.cli.errors import FAILED, command, failure
from refunds.cli.verifying import prove_head
from refunds.cli.views.output import console, error_console, print_fields, print_json
from refunds.domain.audit.hash_chain import ChainHead
from refunds.domain.audit.merkle_tree import Sibling
from refunds.ports.audit.anchors import AnchorBroken
from refunds.texts import command_facts as facts
from refunds.texts.notices.notice import Notice
from refunds.texts.notices.notice_texts import notice_of
from refunds.texts.notices.proof_notices import (
    AnchorPlace,
    PathLength,
    ProofFails,
    ProofFitsItself,
    ProofHolds,
    RecordGone,
)
from refunds.usecases.audit.anchor_codec import body_of, digest_of
from refunds.usecases.audit.prove_head import HeadProof

FORMAT = 1


class AnchorNamed(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The anchor of a proof.

    `root` is computed over the heads of all chains, and `sha256` over the anchor's text. Both are hexadecimal.
    """

    epoch: int
    number: int
    at: datetime
    root: str
    sha256: str


class HeadOut(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The last record of the chain when the anchor was made. `hash` is the same as in `GET /v1/audit`."""

    chain: str
    seq: int
    hash: str


class SiblingOut(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """One level of the path from the head to the root. In a proof, the lowest level comes first."""

    is_left: bool
    digest: str


class ProofOut(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A whole proof."""

    format: int
    anchor: AnchorNamed
    head: HeadOut
    path: list[SiblingOut]


class CheckedOut(msgspec.Struct, kw_only=True, frozen=True):
    """Result of a check. `is_anchor_known` is False if only the proof's own root was available."""

    is_proven: bool
    is_anchor_known: bool
    anchor: AnchorNamed
    head: HeadOut


@command
async def prove(
    chain: str,
    *,
    epoch: Annotated[int | None, whole(gte=1)] = None,
    number: Annotated[int | None, whole(gte=1)] = None,
    ready_file: Path = READY_FILE,
    as_json: AsJson = False,
) -> int:
    """Prove that the audit log of a tenant was anchored. The exit code is 1 if the database differs from the anchor.

    An anchor is a signed fingerprint of the audit log. `--json` prints the proof, which `refunds audit check-proof` can
    check anywhere.

    Parameters
    ----------
    chain
        The tenant whose audit log is proven, such as mer_shoes.
    epoch
        Epoch (series of anchors) to which the anchor belongs; 1 if only a number is given.
    number
        Number of the anchor; by default the last one.
    ready_file
        Written by `refunds up`; contains the address of the database.
    """
    if number is None and epoch is not None:
        raise failure(facts.EpochWithoutNumber())
    place = None if number is None else (1 if epoch is None else epoch, number)
    proof, is_stored = await prove_head(read_instance(ready_file), chain, place)
    out = _out(proof)
    if as_json:
        print_json(msgspec.json.encode(out))
    else:
        _view(out)
    if not is_stored:
        error_console().print(notice_of(RecordGone(seq=proof.head.seq, chain=chain)))
    return 0 if is_stored else FAILED


@command
async def check_proof(
    file: Path, *, root: str | None = None, anchor: Path | None = None, as_json: AsJson = False
) -> int:
    """Check a proof of `refunds audit prove --json`, without an instance. The exit code is 1 if the check fails.

    Give the root or the text of the anchor from another source. Without either, the check shows only that the proof
    agrees with the root that the proof itself contains.

    Parameters
    ----------
    file
        The file with the proof.
    root
        The root of the anchor (hexadecimal), from another source than the proof.
    anchor
        File with the text of the anchor, from the bucket or folder where anchors are stored.
    """
    out = _read(file)
    proof = _proof(out)
    is_proven = proof.holds
    if root is not None:
        is_proven = is_proven and root.strip().lower() == proof.root
    if anchor is not None:
        is_proven = is_proven and _is_of_anchor(proof, anchor)
    is_known = root is not None or anchor is not None
    if as_json:
        found = CheckedOut(is_proven=is_proven, is_anchor_known=is_known, anchor=out.anchor, head=out.head)
        print_json(msgspec.json.encode(found))
    else:
        _view(out)
        console().print(notice_of(_verdict(is_proven, is_known)))
    return 0 if is_proven else FAILED


def _verdict(is_proven: bool, is_known: bool) -> Notice:
    if not is_proven:
        return ProofFails()
    return ProofHolds() if is_known else ProofFitsItself()


def _view(out: ProofOut) -> None:
    print_fields(
        (
            ("chain", out.head.chain),
            ("record", str(out.head.seq)),
            ("hash", out.head.hash),
            ("anchor", notice_of(AnchorPlace(number=out.anchor.number, epoch=out.anchor.epoch, at=out.anchor.at))),
            ("root", out.anchor.root),
            ("anchor's sha-256", out.anchor.sha256),
            ("path", notice_of(PathLength(digests=len(out.path)))),
        )
    )


def _out(proof: HeadProof) -> ProofOut:
    return ProofOut(
        format=FORMAT,
        anchor=AnchorNamed(
            epoch=proof.epoch, number=proof.number, at=proof.at, root=proof.root, sha256=proof.anchor_digest
        ),
        head=HeadOut(chain=proof.head.chain, seq=proof.head.seq, hash=proof.head.hash),
        path=[SiblingOut(is_left=sibling.is_left, digest=sibling.digest.hex()) for sibling in proof.path],
    )


def _read(file: Path) -> ProofOut:
    try:
        out = msgspec.json.decode(file.read_bytes(), type=ProofOut)
    except OSError as error:
        raise failure(facts.FileUnreadable(file=str(file), error=str(error.strerror))) from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise failure(facts.NoProof(file=str(file), error=str(error))) from None
    if out.format != FORMAT:
        raise failure(facts.ProofOfOtherFormat(file=str(file), found=out.format, known=FORMAT))
    return out


def _proof(out: ProofOut) -> HeadProof:
    try:
        path = tuple(Sibling(sibling.is_left, bytes.fromhex(sibling.digest)) for sibling in out.path)
        bytes.fromhex(out.anchor.root)
    except ValueError:
        raise failure(facts.ProofNotHexadecimal()) from None
    return HeadProof(
        epoch=out.anchor.epoch,
        number=out.anchor.number,
        at=out.anchor.at,
        root=out.anchor.root.lower(),
        anchor_digest=out.anchor.sha256.lower(),
        head=ChainHead(chain=out.head.chain, seq=out.head.seq, hash=out.head.hash),
        path=path,
    )


def _is_of_anchor(proof: HeadProof, file: Path) -> bool:
    """True if the file contains the anchor that the proof names, and both have the same root.

    Raises CommandFailed if the file cannot be read or contains no valid anchor.
    """
    try:
        text = file.read_bytes()
        body = body_of(proof.epoch, proof.number, text)
    except OSError as error:
        raise failure(facts.FileUnreadable(file=str(file), error=str(error.strerror))) from None
    except AnchorBroken as broken:
        raise failure(facts.AnchorInvalid(file=str(file), error=str(broken))) from None
    return body.root == proof.root and digest_of(text) == proof.anchor_digest
