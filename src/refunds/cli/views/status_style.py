"""Colors the status of a refund on a terminal. Without colors (a pipe, NO_COLOR), the status is printed alone."""

from collections.abc import Mapping
from types import MappingProxyType

from rich.text import Text

from refunds.cli.views.output import harmless
from refunds.domain.payment.states import Status

PAID, UNPAID, WAITS, MOVES, ENDED = "green", "bold red", "yellow", "cyan", "dim"

STATUS_STYLES: Mapping[str, str] = MappingProxyType(
    {
        Status.DRAFT.value: ENDED,
        Status.SUBMITTED.value: MOVES,
        Status.VALIDATION_FAILED.value: UNPAID,
        Status.PENDING_APPROVAL.value: WAITS,
        Status.REJECTED.value: UNPAID,
        Status.PROCESSING.value: MOVES,
        Status.GATEWAY_PENDING.value: MOVES,
        Status.GATEWAY_ERROR.value: WAITS,
        Status.UNKNOWN.value: WAITS,
        Status.COMPLETED.value: PAID,
        Status.FAILED.value: UNPAID,
        Status.CANCELED.value: ENDED,
        Status.REVERSED.value: UNPAID,
    }
)
"""Green means that the money moved. Red means that no money moved, or that it came back. Yellow means waiting."""


def status_text(status: str, more: str = "") -> Text:
    """Returns the status in its color, followed by `more` without color.

    A status that only a later release knows has no color.
    """
    return Text(harmless(status), style=STATUS_STYLES.get(status, "")) + Text(harmless(more))
