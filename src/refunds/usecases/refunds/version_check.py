"""Checks that a payment has the version that the caller expects (`If-Match`). Decisions call this pure function."""

from collections.abc import Collection

from refunds.domain.errors import VersionMismatch
from refunds.domain.payment.payment import Payment


def check_version(present: Payment, expected_versions: Collection[int] | None) -> None:
    """Raises VersionMismatch if the payment does not have an expected version.

    Also raises VersionMismatch if the payment has a change that is not stored yet. None accepts any version.
    """
    if expected_versions is None:
        return
    if present.version not in expected_versions or present.events:
        raise VersionMismatch(expected=tuple(sorted(expected_versions)), present=present.version)
