"""Prints refunds, their events and their reasons for people."""

from collections.abc import Iterator
from datetime import datetime

from refunds.cli.client.response_models import (
    AttemptOut,
    EventsOut,
    KnownReasonPageOut,
    RefundOut,
    RefundPageOut,
    WhyOut,
    moment,
    money,
)
from refunds.cli.views.output import console, print_fields, print_table
from refunds.cli.views.status_style import status_text
from refunds.texts.notices.command_notices import MorePages
from refunds.texts.notices.notice_texts import notice_of


def view_refund(refund: RefundOut) -> None:
    """Prints one refund."""
    print_fields(
        (
            ("refund", refund.id),
            ("status", status_text(refund.status, _because(refund))),
            ("amount", money(refund.amount, refund.currency)),
            ("payment", refund.payment_id),
            ("merchant", refund.merchant_id),
            ("method", refund.method),
            ("reason", refund.reason.code if refund.reason else ""),
            ("asked for", f"{moment(refund.created_at)} by {refund.created_by}"),
            ("changed", moment(refund.updated_at)),
            ("ARN", refund.arn or ""),
            *_approvals(refund),
            *(("attempt", _attempt(attempt)) for attempt in refund.attempts),
        )
    )


def _because(refund: RefundOut) -> str:
    """Returns the reason of the status. The code is left out if it only repeats the status."""
    reason = refund.status_reason
    if reason is None or not reason.code:
        return ""
    text = reason.message or reason.text
    if reason.code == refund.status:
        return f" ({text})" if text else ""
    return f" ({reason.code}: {text})" if text else f" ({reason.code})"


def _approvals(refund: RefundOut) -> Iterator[tuple[str, str]]:
    for approval in refund.approvals:
        yield approval.decision, f"by {approval.by}{f': {approval.text}' if approval.text else ''}"


def _attempt(attempt: AttemptOut) -> str:
    known_as = f" as {attempt.gateway_refund_id}" if attempt.gateway_refund_id else ""
    error = attempt.error
    failed = f", {error.code} ({error.raw})" if error and error.code else ""
    return f"{attempt.gateway}{known_as}: {attempt.outcome}{failed}"


def view_page(page: RefundPageOut) -> None:
    """Prints one page of a list of refunds."""
    print_table(
        ("refund", "status", ">amount", "method", "merchant", "payment", "asked for"),
        (
            (
                row.id,
                status_text(row.status),
                money(row.amount, row.currency),
                row.method,
                row.merchant_id,
                row.payment_id,
                moment(row.created_at),
            )
            for row in page.data
        ),
    )
    _print_more(page)


def view_queue(now: datetime, page: RefundPageOut) -> None:
    """Prints a page of refunds that wait for approval, with waiting time, requester and reason."""
    print_table(
        ("refund", ">amount", ">waits", "requester", "reason", "merchant", "payment"),
        (
            (
                row.id,
                money(row.amount, row.currency),
                age_of(row.created_at, now),
                row.created_by,
                row.reason.code if row.reason else "",
                row.merchant_id,
                row.payment_id,
            )
            for row in page.data
        ),
    )
    _print_more(page)


def age_of(since: datetime, now: datetime) -> str:
    """Returns the time from `since` to `now` in its two largest units, as "3 d 4 h" or "4 min"."""
    minutes = max(0, int((now - since).total_seconds()) // 60)
    days, hours = minutes // (24 * 60), minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def _print_more(page: RefundPageOut) -> None:
    if page.next_cursor:
        console().print(notice_of(MorePages(cursor=page.next_cursor)), highlight=False)


def view_reasons(page: KnownReasonPageOut) -> None:
    """Prints the reason codes with their meanings and sources."""
    print_table(
        ("code", "meaning", "comes from"),
        ((one.code, one.meaning or "", one.source) for one in page.data),
    )


def view_events(events: EventsOut) -> None:
    """Prints the events of a refund, oldest first."""
    print_table(
        ("at", "event", "status", "code", "by"),
        (
            (moment(event.at), event.type, status_text(event.status), event.code or "", event.actor)
            for event in events.data
        ),
    )


def view_why(why: WhyOut) -> None:
    """Prints a refund's status and its reason, what happens next, and when."""
    print_fields(
        (
            ("status", status_text(why.status)),
            ("because", why.because),
            ("waits for", why.waits_for or ""),
            ("next", why.next),
            ("at", moment(why.next_at)),
        )
    )
