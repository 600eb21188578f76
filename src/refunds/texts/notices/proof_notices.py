"""What `refunds audit` prints about proofs and epochs: one class per case. Pure.

The texts are in `notice_texts`.
"""

from datetime import datetime

from refunds.texts.notices.notice import Notice


class EpochBegun(Notice, frozen=True, kw_only=True):
    """An epoch of anchors began."""

    epoch: int


class RecordGone(Notice, frozen=True, kw_only=True):
    """The database no longer has the record that a proof is about."""

    seq: int
    chain: str


class ProofFails(Notice, frozen=True, kw_only=True):
    """A proof does not lead to the anchor."""


class ProofHolds(Notice, frozen=True, kw_only=True):
    """A proof leads to the given anchor."""


class ProofFitsItself(Notice, frozen=True, kw_only=True):
    """A proof leads to the root that it names; no anchor was given to compare this root with."""


class AnchorPlace(Notice, frozen=True, kw_only=True):
    """Number and epoch of the anchor that a proof leads to."""

    number: int
    epoch: int
    at: datetime


class PathLength(Notice, frozen=True, kw_only=True):
    """The number of digests in a proof."""

    digests: int
