"""What a verification finds in the chains of the audit log. Pure."""

from dataclasses import dataclass

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainGone(Finding):
    """An anchored chain is gone."""

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
    """The anchored record of a chain is another one."""

    chain: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainBroken(Finding):
    """A record of a chain does not follow from the one before."""

    chain: str
    seq: int
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsWithoutChain(Finding):
    """Records belong to no chain that has a head."""

    count: int
