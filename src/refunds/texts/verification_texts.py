"""Explains what `refunds verify` checks, what a finding means, and what to do.

There is one text for each invariant, and one for each kind of `Waiting`. In each text, `what` names what is wrong and
whether money is at risk. `action` is the next step.
"""

from collections.abc import Mapping
from enum import StrEnum

from refunds.texts.text import Text
from refunds.usecases.verification.verification_report import Checked, Invariant

INVARIANT_TEXTS: Mapping[Invariant, str] = {
    Invariant.CAUGHT_UP: "Lists, daily totals, ledger and audit log contain all changes of the payments",
    Invariant.AMOUNTS: "The amounts of a payment equal the sums of its refunds and do not exceed the captured amount",
    Invariant.REPLAYED: "Each payment and refund is in the state that its history leads to",
    Invariant.KEYS: "Each idempotency key belongs to one refund",
    Invariant.GATEWAY_IDS: "Each id that a gateway gave to a refund belongs to only one payment",
    Invariant.WAITING: "Every refund is final, or work on it is scheduled",
    Invariant.LISTED: "Lists of refunds agree with the payments",
    Invariant.ROLLED_UP: "Daily totals agree with the payments",
    Invariant.ZERO: "The ledger sums to zero in every currency",
    Invariant.POSTED: "The ledger agrees with the payments",
    Invariant.AUDITED: "The audit log records every change as it happened",
    Invariant.SETTINGS: "Tenants and parameters agree with the audit log",
    Invariant.ATTRIBUTED: "Refunds were created and approved by the people whom their histories name",
    Invariant.CHAINS: "Each audit record contains the hash of the record before it",
    Invariant.ANCHORED: (
        "The audit log contains all records that its last anchor (a signed fingerprint of the log) covers"
    ),
    Invariant.BOOKS: (
        "The gateway moved the amounts that the payments record, and carried out each attempt at most once"
    ),
}
"""States what each invariant requires, in one sentence."""

_REBUILD = (
    "Keep this output. Run `refunds read-models rebuild`, and wait until the rebuild has ended. Then run `refunds "
    "verify` again."
)
_COMPARE = (
    "Compare the payment with its audit records and with the gateway's books before anybody changes the payment or "
    "refunds more of it."
)
_TAMPERED = (
    "Change nothing in the database. Compare the database with an earlier backup, and find out who was able to change "
    "it."
)

FINDING_TEXTS: Mapping[Invariant, Text] = {
    Invariant.CAUGHT_UP: Text(
        (
            "Lists, daily totals, ledger and audit log do not show the latest changes of the payments yet. If a "
            "payment cannot be read, it was not checked at all."
        ),
        action=(
            "Check that the relay (the process reporting-engine) runs, and repair each payment that is named. Then run "
            "`refunds verify` again."
        ),
    ),
    Invariant.AMOUNTS: Text(
        "Money is at risk: too much or too little of this payment could be refunded.", action=_COMPARE
    ),
    Invariant.REPLAYED: Text(
        "Money may be at risk: a payment or refund differs from what its history or its id records.",
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
        "No money is at risk, but lists show wrong values: they differ from the payments.", action=_REBUILD
    ),
    Invariant.ROLLED_UP: Text(
        "No money is at risk, but daily totals show wrong values: they differ from the events of the payments.",
        action=_REBUILD,
    ),
    Invariant.ZERO: Text(
        (
            "The ledger is wrong: an entry takes an amount from one account, but does not give the same amount to "
            "another account."
        ),
        action=_COMPARE,
    ),
    Invariant.POSTED: Text("The ledger is wrong: its entries differ from the events of the payments.", action=_COMPARE),
    Invariant.AUDITED: Text(
        "Something other than this service changed the payment or its audit record.", action=_TAMPERED
    ),
    Invariant.SETTINGS: Text(
        (
            "Something other than this service changed a tenant or parameter that decides about refunds. If the tenant "
            "or parameter cannot be read, the service refuses all requests that depend on it (503 settings_unreadable) "
            "until the stored document is restored."
        ),
        action=_TAMPERED,
    ),
    Invariant.ATTRIBUTED: Text(
        "The refund may name a person as its creator or approver who did not create or approve it.", action=_TAMPERED
    ),
    Invariant.CHAINS: Text("The audit log was changed and no longer proves what happened.", action=_TAMPERED),
    Invariant.ANCHORED: Text(
        (
            "After the audit log was anchored, somebody rewrote or shortened it, or removed or changed an anchor. An "
            "anchor is a signed fingerprint of the audit log."
        ),
        action=_TAMPERED,
    ),
    Invariant.BOOKS: Text(
        "Money is at risk: the gateway moved other amounts than the payments record.", action=_COMPARE
    ),
}


CHECKED_TEXTS: Mapping[Checked, str] = {
    Checked.PAYMENTS: "payments",
    Checked.ROWS: "refunds in the list",
    Checked.ENTRIES: "ledger entries",
    Checked.RECORDS: "audit records",
    Checked.ACCOUNTS: "accounts at a gateway",
}
"""Names of the kinds of objects that a verification reads. Each name is printed after the number read so far."""


class Waiting(StrEnum):
    """Kinds of things that are late or wait for a person. They violate no invariant."""

    PAYMENT = "waiting_payment"
    WEBHOOK = "unread_webhook"
    REFUND = "contradicted_refund"


WAITING_TEXTS: Mapping[Waiting, Text] = {
    Waiting.PAYMENT: Text(
        "Nothing is lost. The payment could not be read, so its changes reach lists, ledger and audit log later.",
        action="Repair the stored value that cannot be read. The service reads the payment again every few minutes.",
    ),
    Waiting.WEBHOOK: Text(
        (
            "The webhook changed nothing. The service still queries the refunds that it submitted itself. Money may be "
            "at risk: if a refund was made directly at the gateway, this service may not have recorded it, and then "
            "too much of the payment is refundable. If the service can read the webhook, but the payment has no room "
            "for another refund, the service tries again every minute."
        ),
        action=(
            "Read the webhook soon (`refunds webhooks unread`, then `refunds webhooks show GATEWAY WEBHOOK_ID`). "
            "Compare the refund in the webhook with the gateway's books. If all other refunds of the payment have "
            "ended and the service still cannot record this refund, more was refunded than captured: settle the "
            "difference with the gateway. At the end, remove the webhook (`refunds webhooks done GATEWAY WEBHOOK_ID`)."
        ),
    ),
    Waiting.REFUND: Text(
        (
            "The gateway reported both that the refund failed and that it succeeded. The refunded amount of the "
            "payment may be too low or too high."
        ),
        action=(
            "Compare the payment with the gateway's books. If more was refunded than captured, settle the difference "
            "with the gateway. Then use `reconcile`: either to query the gateway once more, or to record what the "
            "gateway's books show."
        ),
    ),
}
