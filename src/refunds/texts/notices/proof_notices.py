"""What `refunds audit` prints of proofs and epochs: one class a case. Pure.

Their texts are in `notice_texts`.
"""

from datetime import datetime

from refunds.texts.notices.notice import Notice


class EpochBegun(Notice, frozen=True, kw_only=True):
    """An epoch of anchors began."""

    epoch: int


class RecordGone(Notice, frozen=True, kw_only=True):
    """The database lacks the record that a proof proves."""

    seq: int
    chain: str


class ProofFails(Notice, frozen=True, kw_only=True):
    """A proof does not lead to the anchor."""


class ProofHolds(Notice, frozen=True, kw_only=True):
    """A proof leads to the given anchor."""


class ProofFitsItself(Notice, frozen=True, kw_only=True):
    """A proof leads to its own root; no anchor was given."""


class AnchorPlace(Notice, frozen=True, kw_only=True):
    """Which anchor a proof leads to."""

    number: int
    epoch: int
    at: datetime


class PathLength(Notice, frozen=True, kw_only=True):
    """The length of a proof."""

    digests: int
