"""The colour of a refund's status on a terminal. Without colours (a pipe, NO_COLOR), the status is printed alone."""

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
"""Green: the money moved. Red: it did not move, or came back. Yellow: the refund waits for somebody or something."""


def status_text(status: str, more: str = "") -> Text:
    """Returns the status in its colour, followed by `more` without colour.

    A status of a later release has no colour.
    """
    return Text(harmless(status), style=STATUS_STYLES.get(status, "")) + Text(harmless(more))
