"""What `refunds verify` checks, what a finding means, and what to do.

There is one text per invariant, and one per thing that waits. In each text, `what` names what is wrong and whether
money is at risk, and `action` is the next step.
"""

from collections.abc import Mapping
from enum import StrEnum

from refunds.texts.text import Text
from refunds.usecases.verification.verification_report import Checked, Invariant

INVARIANT_TEXTS: Mapping[Invariant, str] = {
    Invariant.CAUGHT_UP: "Read models have caught up with the payments",
    Invariant.AMOUNTS: "The amounts of a payment equal the sums of its refunds and do not exceed the captured amount",
    Invariant.REPLAYED: "Payments and refunds have the state that their histories lead to",
    Invariant.KEYS: "Each idempotency key belongs to one refund",
    Invariant.GATEWAY_IDS: "Each id that a gateway gave a refund belongs to one payment",
    Invariant.WAITING: "Every refund is final or has work that is due",
    Invariant.LISTED: "Lists of refunds agree with the payments",
    Invariant.ROLLED_UP: "Daily totals agree with the payments",
    Invariant.ZERO: "The ledger sums to zero in every currency",
    Invariant.POSTED: "The ledger agrees with the payments",
    Invariant.AUDITED: "The audit log records every change as it happened",
    Invariant.SETTINGS: "Tenants and parameters agree with the audit log",
    Invariant.ATTRIBUTED: "Refunds were created and approved by the people whom their histories name",
    Invariant.CHAINS: "The audit chains are unbroken",
    Invariant.ANCHORED: "The audit chains continue from their last anchor",
    Invariant.BOOKS: (
        "The gateway moved the amounts that the payments record, and carried out each attempt at most once"
    ),
}
"""What each invariant requires, one sentence each."""

_REBUILD = "Keep this output. Run `refunds read-models rebuild` and wait for its end, then run `refunds verify` again."
_COMPARE = (
    "Compare the payment with its audit records and with the gateway's books before anybody changes the payment or "
    "refunds more of it."
)
_TAMPERED = (
    "Change nothing in the database. Compare it with an earlier backup, and find out who was able to write to it."
)

FINDING_TEXTS: Mapping[Invariant, Text] = {
    Invariant.CAUGHT_UP: Text(
        "Lists, ledger and audit log lag behind the payments. A payment that cannot be read was not checked at all.",
        action="Check that the relay runs, repair each payment that is named, then run `refunds verify` again.",
    ),
    Invariant.AMOUNTS: Text(
        "Money is at risk: too much or too little of this payment could be refunded.", action=_COMPARE
    ),
    Invariant.REPLAYED: Text(
        "Money may be at risk: a payment or refund is not in the state that its events and ids lead to.",
        action=_COMPARE,
    ),
    Invariant.KEYS: Text("Money is at risk: one request may have been refunded twice.", action=_COMPARE),
    Invariant.GATEWAY_IDS: Text(
        "Money is at risk: one movement of money may be counted for two payments.", action=_COMPARE
    ),
    Invariant.WAITING: Text(
        "Money may be late: the service may submit the refund or query its status at the wrong time, or never.",
        action=_COMPARE,
    ),
    Invariant.LISTED: Text(
        "Only what is shown is wrong: lists show other values of a refund than its payment.", action=_REBUILD
    ),
    Invariant.ROLLED_UP: Text(
        "Only what is shown is wrong: daily totals differ from the events of the payments.", action=_REBUILD
    ),
    Invariant.ZERO: Text(
        "The books are wrong: a ledger entry takes an amount from one account without giving it to another.",
        action=_COMPARE,
    ),
    Invariant.POSTED: Text("The books are wrong: the ledger differs from the events of the payments.", action=_COMPARE),
    Invariant.AUDITED: Text(
        "Something other than this service changed the payment or its audit record.", action=_TAMPERED
    ),
    Invariant.SETTINGS: Text(
        "Something other than this service changed a tenant or parameter that decides about refunds. If its document "
        "cannot be read, the service refuses the requests that depend on it (503 settings_unreadable) until the "
        "document is restored.",
        action=_TAMPERED,
    ),
    Invariant.ATTRIBUTED: Text(
        "A refund may have been created or approved by another person than the one named.", action=_TAMPERED
    ),
    Invariant.CHAINS: Text("The audit log was changed and no longer proves what happened.", action=_TAMPERED),
    Invariant.ANCHORED: Text("The audit log was rewritten or shortened after it was anchored.", action=_TAMPERED),
    Invariant.BOOKS: Text(
        "Money is at risk: the gateway moved other amounts than the payments record.", action=_COMPARE
    ),
}


CHECKED_TEXTS: Mapping[Checked, str] = {
    Checked.PAYMENTS: "payments",
    Checked.ROWS: "rows of the list",
    Checked.ENTRIES: "ledger entries",
    Checked.RECORDS: "audit records",
    Checked.ACCOUNTS: "accounts at a gateway",
}
"""Names of the objects that a verification has read so far, printed after their number."""


class Waiting(StrEnum):
    """Things that are late or wait for a person; they violate no invariant."""

    PAYMENT = "waiting_payment"
    WEBHOOK = "unread_webhook"
    REFUND = "contradicted_refund"


WAITING_TEXTS: Mapping[Waiting, Text] = {
    Waiting.PAYMENT: Text(
        "Nothing is lost. The payment could not be read, so its changes reach lists, ledger and audit log later.",
        action="Repair the stored value that cannot be read. The service reads the payment again every few minutes.",
    ),
    Waiting.WEBHOOK: Text(
        "The webhook changed nothing. The service still queries the refunds that it submitted itself. Money may be at "
        "risk: a refund made at the gateway may be missing here, so that too much of its payment is refundable. If "
        "the webhook could be read, but its payment can hold no further refund, the service tries again every minute.",
        action="Read the webhook soon (`refunds webhooks unread`, then `refunds webhooks show GATEWAY WEBHOOK_ID`). "
        "Then compare its refund with the gateway's books. If the service still cannot record the refund after all "
        "other refunds of the payment have ended, more was refunded than captured: settle the difference with the "
        "gateway. Then remove the webhook (`refunds webhooks done GATEWAY WEBHOOK_ID`).",
    ),
    Waiting.REFUND: Text(
        "The gateway reported both that the refund failed and that it succeeded. Money may have moved that the "
        "payment does not count, or the payment may count money that did not move.",
        action="Compare the payment with the gateway's books. Then use `reconcile`, either to query the gateway once "
        "more or to record what its books show. If more was refunded than captured, settle the difference with the "
        "gateway first.",
    ),
}
