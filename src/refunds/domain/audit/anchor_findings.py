"""Defines what a verification can find in the anchors of the audit log and in their epochs.

An epoch is a sequence of anchors, and a restore begins a new epoch.
"""

from dataclasses import dataclass

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorUntrusted(Finding):
    """An anchor cannot be trusted, for the reason in `reason`."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochFollowsNothing(Finding):
    """The first anchor of an epoch does not name the last anchor of the epoch before."""

    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochFollowsOther(Finding):
    """The first anchor of an epoch names its predecessor with a digest that the stored predecessor does not have."""

    epoch: int
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochBegan(Finding):
    """A note that a person began a new epoch of anchors. `on` is the day in the format of ISO 8601."""

    epoch: int
    on: str
    anchor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorWasUntrusted(Finding):
    """A note that the last anchor before an epoch could not be trusted."""

    anchor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostBeforeEpoch(Finding):
    """A note that audit records were lost before an epoch began."""

    epoch: int
    lost: Finding
