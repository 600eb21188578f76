"""The colour of a refund's status on a terminal; a pipe, and a terminal with NO_COLOR, show its word alone."""

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
"""Green: the money moved. Red: it did not, or came back. Yellow: somebody or something is waited for."""


def status_text(status: str, more: str = "") -> Text:
    """The status in its colour, with `more` behind in none; a status of a later release has no colour."""
    return Text(harmless(status), style=STATUS_STYLES.get(status, "")) + Text(harmless(more))
