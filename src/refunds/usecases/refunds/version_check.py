"""Holds a change to the version that its caller has seen (`If-Match`). Called inside decisions; pure."""

from collections.abc import Collection

from refunds.domain.errors import VersionMismatch
from refunds.domain.payment.payment import Payment


def check_version(present: Payment, expected_versions: Collection[int] | None) -> None:
    """VersionMismatch where the payment is at none of the versions, also by decisions that are about to be stored.

    None stands for any version.
    """
    if expected_versions is None:
        return
    if present.version not in expected_versions or present.events:
        raise VersionMismatch(expected=tuple(sorted(expected_versions)), present=present.version)
