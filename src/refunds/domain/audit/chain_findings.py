"""What a verification finds in the chains of the audit log and their anchors. Pure."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorUntrusted(Finding):
    """An anchor cannot be trusted."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochFollowsNothing(Finding):
    """An epoch does not name the anchor that it follows."""

    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochFollowsOther(Finding):
    """An epoch follows another anchor than the stored one."""

    epoch: int
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochBegan(Finding):
    """A note: a person began an epoch of anchors. `on` is the day, by ISO 8601."""

    epoch: int
    on: str
    anchor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorWasUntrusted(Finding):
    """A note: the anchor before an epoch could not be trusted."""

    anchor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostBeforeEpoch(Finding):
    """A note: what was lost before an epoch began."""

    epoch: int
    lost: Finding
