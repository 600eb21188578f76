"""What `refunds verify` checks, what a finding means, and what to do.

One text for each invariant, and one for each thing that waits.

In each text, `what` names what is wrong and whether money is at risk, and `action` is the next step.
"""

from collections.abc import Mapping
from enum import StrEnum

from refunds.texts.text import Text
from refunds.usecases.verification.verification_report import Checked, Invariant

INVARIANT_TEXTS: Mapping[Invariant, str] = {
    Invariant.CAUGHT_UP: "Read models have caught up with the payments",
    Invariant.AMOUNTS: "Amounts equal the refunds and stay within what was captured",
    Invariant.REPLAYED: "Payments and refunds stand where their histories lead",
    Invariant.KEYS: "One idempotency key, one refund",
    Invariant.GATEWAY_IDS: "One id at a gateway, one payment",
    Invariant.WAITING: "Every refund is at its end or waits for a named thing",
    Invariant.LISTED: "Lists show what the payments record",
    Invariant.ROLLED_UP: "Roll-ups count what the payments record",
    Invariant.ZERO: "The ledger sums to zero in every currency",
    Invariant.POSTED: "The ledger equals the payments",
    Invariant.AUDITED: "Every change is in the audit log, as it happened",
    Invariant.SETTINGS: "Tenants and parameters are those of the audit log",
    Invariant.ATTRIBUTED: "Refunds were made and approved by whom their history names",
    Invariant.CHAINS: "The audit chains are unbroken",
    Invariant.ANCHORED: "The audit chains go on from where they were anchored",
    Invariant.BOOKS: "The gateway moved what the payments record, each attempt at most once",
}
"""What must hold, one sentence each."""

_REBUILD = (
    "Keep the lines found, have the read models made again (`refunds read-models rebuild`, which ends once the new "
    "ones are read), then run `refunds verify` again."
)
_COMPARE = "Compare the payment with its audit records and its gateway before anybody changes it or refunds more of it."
_TAMPERED = "Keep the database as it is, compare it with a backup from before, and find out who could write to it."

FINDING_TEXTS: Mapping[Invariant, Text] = {
    Invariant.CAUGHT_UP: Text(
        "Lists, ledger and audit log lag behind the payments; of a payment that cannot be read nothing was checked.",
        action="Check that the relay runs and mend each payment named, then run `refunds verify` again.",
    ),
    Invariant.AMOUNTS: Text(
        "Money is at risk: too much or too little may be refunded of this payment.", action=_COMPARE
    ),
    Invariant.REPLAYED: Text(
        "Money may be at risk: the stored state is not the one that its events and ids lead to.", action=_COMPARE
    ),
    Invariant.KEYS: Text("Money is at risk: one request may have been refunded twice.", action=_COMPARE),
    Invariant.GATEWAY_IDS: Text("Money is at risk: one movement may be counted for two payments.", action=_COMPARE),
    Invariant.WAITING: Text(
        "Money is late: the refund may never be submitted or asked about, or at the wrong time.", action=_COMPARE
    ),
    Invariant.LISTED: Text("Display only: lists show a refund otherwise than its payment has it.", action=_REBUILD),
    Invariant.ROLLED_UP: Text("Display only: daily figures differ from the events of the payments.", action=_REBUILD),
    Invariant.ZERO: Text("The books are wrong: a posting took money without giving it.", action=_COMPARE),
    Invariant.POSTED: Text("The books are wrong: the ledger differs from the events of the payments.", action=_COMPARE),
    Invariant.AUDITED: Text("The payment or its audit record was changed outside the service.", action=_TAMPERED),
    Invariant.SETTINGS: Text(
        "A tenant or parameter was changed outside the service; it decides on refunds. One that cannot be read stops "
        "the requests that it may decide on (503 settings_unreadable) until its document is restored.",
        action=_TAMPERED,
    ),
    Invariant.ATTRIBUTED: Text(
        "Another person than the one named may have made or approved a refund.", action=_TAMPERED
    ),
    Invariant.CHAINS: Text("The audit log was changed; it no longer proves what happened.", action=_TAMPERED),
    Invariant.ANCHORED: Text("The audit log was rewritten or cut after it was anchored.", action=_TAMPERED),
    Invariant.BOOKS: Text(
        "Money is at risk: the gateway moved something else than the payments record.", action=_COMPARE
    ),
}


CHECKED_TEXTS: Mapping[Checked, str] = {
    Checked.PAYMENTS: "payments",
    Checked.ROWS: "rows of the list",
    Checked.ENTRIES: "ledger entries",
    Checked.RECORDS: "audit records",
    Checked.ACCOUNTS: "accounts at a gateway",
}
"""What a verification has read so far, behind the number."""


class Waiting(StrEnum):
    """What is late or waits for a person; it breaks no invariant."""

    PAYMENT = "waiting_payment"
    WEBHOOK = "unread_webhook"
    REFUND = "contradicted_refund"


WAITING_TEXTS: Mapping[Waiting, Text] = {
    Waiting.PAYMENT: Text(
        "Nothing is lost: the payment could not be read, and its changes reach lists, ledger and audit log later.",
        action="Mend what the line names as unreadable; it is read again every few minutes, and then all is read.",
    ),
    Waiting.WEBHOOK: Text(
        "The webhook changed nothing. Our own refunds are queried all the same. Money may be at risk: a refund made at "
        "the gateway may be missing here, and the refundable amount of its payment too large: an unreadable one until "
        "somebody looks, one that found no room until it is recorded, which is tried again every minute.",
        action="Read it soon (`refunds webhooks unread`, then `refunds webhooks show GATEWAY WEBHOOK_ID`) and "
        "compare its refund with the gateway. If an external refund finds no room even after all others ended, more "
        "was refunded than captured: settle the difference with the gateway. Then remove it (`refunds webhooks done "
        "GATEWAY WEBHOOK_ID`).",
    ),
    Waiting.REFUND: Text(
        "Money may have moved that the payment does not count, or the reverse: its gateway reported both, and a "
        "success may have found no room because others had taken the amount.",
        action="Compare the payment with the gateway's books, then `reconcile` the refund: have it queried once more, "
        "or record what those books show. If more was refunded than captured, settle the difference with the gateway "
        "first.",
    ),
}
