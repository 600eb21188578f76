"""Defines what a verification can find in the chains of the audit log."""

from dataclasses import dataclass

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainGone(Finding):
    """A chain no longer exists, although an anchor contains its head."""

    chain: str
    anchored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainShortened(Finding):
    """A chain ends before the record that an anchor contains."""

    chain: str
    ends_at: int
    anchored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoredRecordReplaced(Finding):
    """A record differs from the record that was anchored at the same position."""

    chain: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainBroken(Finding):
    """The record at `seq` is missing, was changed, or does not contain the hash of the record before it."""

    chain: str
    seq: int
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsWithoutChain(Finding):
    """Records belong to a chain that has no head."""

    count: int
