"""Defines the notices of `refunds audit` about proofs and epochs, as one class per case.

`notice_texts` has their texts.
"""

from datetime import datetime

from refunds.texts.notices.notice import Notice


class EpochBegun(Notice, frozen=True, kw_only=True):
    """A new epoch began, which is a new sequence of anchors."""

    epoch: int


class RecordGone(Notice, frozen=True, kw_only=True):
    """The database no longer has the record that a proof is about."""

    seq: int
    chain: str


class ProofFails(Notice, frozen=True, kw_only=True):
    """The proof does not lead to the given anchor."""


class ProofHolds(Notice, frozen=True, kw_only=True):
    """The proof leads to the given anchor."""


class ProofFitsItself(Notice, frozen=True, kw_only=True):
    """The proof leads to the root that it names. No anchor was given, so this root was not compared."""


class AnchorPlace(Notice, frozen=True, kw_only=True):
    """Shows the number, epoch and time of the anchor to which a proof leads."""

    number: int
    epoch: int
    at: datetime


class PathLength(Notice, frozen=True, kw_only=True):
    """Shows the number of digests in a proof."""

    digests: int
