"""What a verification finds in the chains of the audit log. Pure."""

from dataclasses import dataclass

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainGone(Finding):
    """A chain that has an anchor no longer exists."""

    chain: str
    anchored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainShortened(Finding):
    """A chain ends before its anchored record."""

    chain: str
    ends_at: int
    anchored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoredRecordReplaced(Finding):
    """The record at an anchored position differs from the anchored one."""

    chain: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainBroken(Finding):
    """A record does not contain the hash of the record before it."""

    chain: str
    seq: int
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsWithoutChain(Finding):
    """Records belong to a chain that has no head."""

    count: int
