"""What a finding of a verification means and what to do about it: one table, keyed by the invariant it breaks."""

from dataclasses import dataclass

from refunds.usecases.verification.verification_report import Invariant


@dataclass(frozen=True, slots=True)
class Advice:
    """`meaning` says whether money is at risk; `action` is the next step."""

    meaning: str
    action: str


_REBUILD = (
    "Keep the lines found, have the read models made again (`refunds read-models rebuild`, which ends once the new "
    "ones are read), then run `refunds verify` again."
)
_COMPARE = "Compare the payment with its audit records and its gateway before anybody changes it or refunds more of it."
_TAMPERED = "Keep the database as it is, compare it with a backup from before, and find out who could write to it."

ADVICE: dict[Invariant, Advice] = {
    Invariant.CAUGHT_UP: Advice(
        "Lists, ledger and audit log lag behind the payments; of a payment that cannot be read nothing was checked.",
        "Check that the relay runs and mend each payment named, then run `refunds verify` again.",
    ),
    Invariant.AMOUNTS: Advice("Money is at risk: too much or too little may be refunded of this payment.", _COMPARE),
    Invariant.REPLAYED: Advice(
        "Money may be at risk: the stored state is not the one its events and ids lead to.", _COMPARE
    ),
    Invariant.KEYS: Advice("Money is at risk: one request may have been refunded twice.", _COMPARE),
    Invariant.GATEWAY_IDS: Advice("Money is at risk: one movement may be counted for two payments.", _COMPARE),
    Invariant.WAITING: Advice(
        "Money is late: the refund may never be sent or asked about, or at the wrong time.", _COMPARE
    ),
    Invariant.LISTED: Advice("Display only: lists show a refund otherwise than its payment holds it.", _REBUILD),
    Invariant.ROLLED_UP: Advice("Display only: daily figures differ from what the payments tell.", _REBUILD),
    Invariant.ZERO: Advice("The books are wrong: a posting took money without giving it.", _COMPARE),
    Invariant.POSTED: Advice("The books are wrong: the ledger differs from what the payments tell.", _COMPARE),
    Invariant.AUDITED: Advice("The payment or its audit record was changed outside the service.", _TAMPERED),
    Invariant.SETTINGS: Advice(
        "A tenant or parameter was changed outside the service; it rules refunds. One that cannot be read stops the "
        "requests that it may rule (503 settings_unreadable) until its document is restored.",
        _TAMPERED,
    ),
    Invariant.ATTRIBUTED: Advice("Somebody else may have made or approved a refund than is named.", _TAMPERED),
    Invariant.CHAINS: Advice("The audit log was changed; it no longer proves what happened.", _TAMPERED),
    Invariant.ANCHORED: Advice("The audit log was rewritten or cut after it was anchored.", _TAMPERED),
    Invariant.BOOKS: Advice("Money is at risk: the gateway moved something else than the payments say.", _COMPARE),
}

WAITING_PAYMENTS = Advice(
    "Nothing is lost: the payment could not be read, and what it tells reaches lists, ledger and audit log later.",
    "Mend what the line says cannot be read; it is tried again every few minutes, and then all is read.",
)

UNREAD_WEBHOOKS = Advice(
    "The webhook changed nothing. Our own refunds are queried all the same. Money may be at risk: a refund made at the "
    "gateway may be missing here, and the refundable amount of its payment too large: an unreadable one until somebody "
    "looks, one that found no room until it is recorded, which is tried again every minute.",
    "Read it soon (`refunds webhooks unread`, then `refunds webhooks show GATEWAY WEBHOOK_ID`) and compare its refund "
    "with the gateway. If an external refund finds no room even after all others ended, more was refunded than "
    "captured: settle the difference with the gateway. Then remove it (`refunds webhooks done GATEWAY WEBHOOK_ID`).",
)

CONTRADICTED_REFUNDS = Advice(
    "Money may have moved that the payment does not count, or the reverse: its gateway said both, and a success may "
    "have found no room because others had taken the amount.",
    "Compare the payment with the gateway's books, then `reconcile` the refund: have it queried once more, or record "
    "what those books show. If more was refunded than captured, settle the difference with the gateway first.",
)
