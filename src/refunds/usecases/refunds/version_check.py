"""Checks the version that a caller expects (`If-Match`). Called inside decisions; pure."""

from collections.abc import Collection

from refunds.domain.errors import VersionMismatch
from refunds.domain.payment.payment import Payment


def check_version(present: Payment, expected_versions: Collection[int] | None) -> None:
    """Raises VersionMismatch if the payment's version is not expected or an unstored decision has changed the payment.

    None accepts any version.
    """
    if expected_versions is None:
        return
    if present.version not in expected_versions or present.events:
        raise VersionMismatch(expected=tuple(sorted(expected_versions)), present=present.version)
