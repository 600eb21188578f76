"""What a verification finds in the anchors of the audit log and their epochs. Pure."""

from dataclasses import dataclass

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorUntrusted(Finding):
    """An anchor cannot be trusted."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochFollowsNothing(Finding):
    """The first anchor of an epoch does not name the anchor that it follows."""

    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochFollowsOther(Finding):
    """The first anchor of an epoch names another predecessor than the stored one."""

    epoch: int
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochBegan(Finding):
    """A note: a person began a new epoch of anchors. `on` is the day, ISO 8601."""

    epoch: int
    on: str
    anchor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorWasUntrusted(Finding):
    """A note: the last anchor before an epoch could not be trusted."""

    anchor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostBeforeEpoch(Finding):
    """A note: audit records that were lost before an epoch began."""

    epoch: int
    lost: Finding
