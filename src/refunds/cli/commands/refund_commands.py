"""Defines `refunds refund`, which requests refunds, decides on them, and shows their status with its reason."""

from functools import partial
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number
from msgspec import UNSET

from refunds.adapters.local.clock import SystemClock
from refunds.cli.client.amounts import minor_units
from refunds.cli.client.choices import ConnectedMethodChoice, ResolutionChoice
from refunds.cli.client.client import Call
from refunds.cli.client.http_call import key_or_new, send, show
from refunds.cli.client.instance_option import APPROVER, USUAL, AsJson, Target
from refunds.cli.client.request_models import ApprovalBody, ReasonBody, ReconciliationBody, RefundBody
from refunds.cli.client.response_models import (
    EventsOut,
    KnownReasonPageOut,
    PaymentOut,
    RefundOut,
    RefundPageOut,
    WhyOut,
)
from refunds.cli.client.sandbox_tokens import sandbox_token_of
from refunds.cli.client.subject_ids import payment_id_of, refund_id_of
from refunds.cli.errors import command
from refunds.cli.views.refund_list import EVERYTHING, Wanted
from refunds.cli.views.refund_views import view_events, view_page, view_queue, view_reasons, view_refund, view_why
from refunds.cli.views.refund_watch import ending_of, watch_refund
from refunds.domain.payment.states import Status
from refunds.domain.settings.reason_codes import REASON_CODES

RefundId = Annotated[str, Parameter(help="Id of the refund.")]

Reason = Annotated[
    str, Parameter(help=f"Reason code: {', '.join(REASON_CODES)}, or another code that `refunds refund reasons` lists.")
]

app = App(name="refund", help="Request refunds, approve or reject them, and show their status and the reason for it.")


@app.command
@command
async def create(
    payment_id: str,
    *,
    amount: str | None = None,
    reason: Reason = "requested_by_customer",
    text: str | None = None,
    method: ConnectedMethodChoice = None,
    draft: Annotated[bool, Parameter(negative="")] = False,
    sandbox: str | None = None,
    key: str | None = None,
    target: Target = USUAL,
    as_json: AsJson = False,
) -> int:
    """Request a refund. The exit code is 1 if the request was refused, 3 if the refund ended without paying money back.

    Parameters
    ----------
    payment_id
        Id of the payment to refund.
    amount
        Amount in the payment's currency, such as 12.50; by default the whole refundable amount.
    text
        Text that explains the reason.
    method
        How the money is paid back. So far, the only way is the way in which the customer paid.
    draft
        Create a draft; `refunds refund submit` submits it later.
    sandbox
        Behaviour of the sandbox gateway for this refund, such as tok_pending.
    key
        Idempotency-Key; by default a new one.
    """
    payment_id = payment_id_of(payment_id)
    body = RefundBody(
        payment_id=payment_id,
        amount=UNSET if amount is None else await _minor_units(target, payment_id, amount),
        reason=ReasonBody(code=reason, text=text or UNSET),
        method=method.value if method else UNSET,
        metadata={"sandbox": sandbox_token_of(sandbox)} if sandbox else UNSET,
        submit=not draft,
    )
    call = Call(method="POST", path="/v1/refunds", body=body, key=key_or_new(key))
    return await show(target, call, RefundOut, view_refund, as_json, ending_of)


async def _minor_units(target: Target, payment_id: str, amount: str) -> int:
    call = Call(method="GET", path="/v1/payments/{}", ids=(payment_id,))
    payment = (await send(target, call)).read(PaymentOut)
    return minor_units(amount, payment.currency)


def _of(refund_id: str, part: str = "", method: str = "GET") -> Call:
    return Call(method=method, path=f"/v1/refunds/{{}}{part}", ids=(refund_id_of(refund_id),))


@app.command
@command
async def get(refund_id: RefundId, *, target: Target = USUAL, as_json: AsJson = False) -> int:
    """Show a refund."""
    return await show(target, _of(refund_id), RefundOut, view_refund, as_json)


@app.command(name="list")
@command
async def list_refunds(*, wanted: Wanted = EVERYTHING, target: Target = USUAL, as_json: AsJson = False) -> int:
    """List refunds, newest first. Changes appear in lists with a short delay.

    With `--status pending_approval`, the list shows how long each refund has waited, who requested it, and
    the customer's reason.
    """
    call = Call(method="GET", path="/v1/refunds", query=wanted.query())
    is_queue = wanted.status is Status.PENDING_APPROVAL
    view = partial(view_queue, SystemClock().now()) if is_queue else view_page
    return await show(target, call, RefundPageOut, view, as_json)


@app.command
@command
async def reasons(*, tenant: str | None = None, target: Target = USUAL, as_json: AsJson = False) -> int:
    """List the reason codes that refunds may have.

    Parameters
    ----------
    tenant
        Id of the tenant whose reason codes are listed; by default the tenant of the token.
    """
    query = {} if tenant is None else {"tenant_id": tenant}
    call = Call(method="GET", path="/v1/reason-codes", query=query)
    return await show(target, call, KnownReasonPageOut, view_reasons, as_json)


@app.command
@command
async def cancel(refund_id: RefundId, *, target: Target = USUAL, as_json: AsJson = False) -> int:
    """Cancel a refund that is not being processed yet."""
    return await show(target, _of(refund_id, "/cancel", method="POST"), RefundOut, view_refund, as_json)


@app.command
@command
async def submit(refund_id: RefundId, *, target: Target = USUAL, as_json: AsJson = False) -> int:
    """Submit a draft."""
    return await show(target, _of(refund_id, "/submit", method="POST"), RefundOut, view_refund, as_json)


@app.command
@command
async def approve(
    refund_id: RefundId,
    *,
    text: str | None = None,
    target: Target = USUAL,
    as_json: AsJson = False,
) -> int:
    """Approve a refund that waits for approval. The requester may not approve it (see --as).

    Parameters
    ----------
    text
        A comment on the approval.
    """
    return await _decide(refund_id, "approve", text, target, as_json)


@app.command
@command
async def reject(
    refund_id: RefundId,
    *,
    text: str,
    target: Target = USUAL,
    as_json: AsJson = False,
) -> int:
    """Reject a refund that waits for approval. The requester may not reject it (see --as).

    Parameters
    ----------
    text
        The reason, which the requester can read.
    """
    return await _decide(refund_id, "reject", text, target, as_json)


async def _decide(refund_id: str, decision: str, text: str | None, target: Target, as_json: bool) -> int:
    body = ApprovalBody(decision=decision, text=text or UNSET)
    call = Call(method="POST", path="/v1/refunds/{}/approvals", ids=(refund_id_of(refund_id),), body=body)
    return await show(target.acting_as(APPROVER), call, RefundOut, view_refund, as_json)


@app.command
@command
async def reconcile(
    refund_id: RefundId,
    resolution: ResolutionChoice,
    *,
    note: str,
    target: Target = USUAL,
    as_json: AsJson = False,
) -> int:
    """Record the outcome of a refund in doubt (see `refunds refund why`), or query its gateway again.

    Parameters
    ----------
    resolution
        `ask_again`, or the outcome that the gateway's books show: `completed` or `failed`.
    note
        Name of the case, such as a ticket number. It has at most 64 characters and is shown with the refund's events.
    """
    body = ReconciliationBody(resolution=resolution.value, note=note)
    call = Call(method="POST", path="/v1/refunds/{}/reconcile", ids=(refund_id_of(refund_id),), body=body)
    return await show(target, call, RefundOut, view_refund, as_json)


@app.command
@command
async def why(refund_id: RefundId, *, target: Target = USUAL, as_json: AsJson = False) -> int:
    """Explain why a refund has its status, what happens next, and when."""
    return await show(target, _of(refund_id, "/why"), WhyOut, view_why, as_json)


@app.command
@command
async def events(refund_id: RefundId, *, target: Target = USUAL, as_json: AsJson = False) -> int:
    """Show the events of a refund, oldest first."""
    return await show(target, _of(refund_id, "/events"), EventsOut, view_events, as_json)


@app.command
@command
async def watch(
    refund_id: RefundId,
    *,
    for_s: Annotated[float, Parameter(validator=Number(gt=0, lte=86_400))] = 120,
    target: Target = USUAL,
    as_json: AsJson = False,
) -> int:
    """Show a refund's status, then each change, until it is final or waits for a person.

    The exit code is 0 if the refund completed or waits for a person, 1 if it is not final after `for_s`, and 3 if
    the refund ended without paying money back.

    Parameters
    ----------
    for_s
        Longest time to wait, in seconds.
    """
    return await watch_refund(refund_id_of(refund_id), for_s, target, as_json)
