"""Holds a change to the version that its caller has seen (`If-Match`). Called inside decisions; pure."""

from refunds.domain.errors import VersionMismatch
from refunds.domain.payment import Payment


def check_version(present: Payment, expected_version: int | None) -> None:
    """VersionMismatch where the payment has moved on, also by decisions that are about to be stored."""
    if expected_version is None:
        return
    if present.version != expected_version or present.events:
        raise VersionMismatch(expected=expected_version, present=present.version)
