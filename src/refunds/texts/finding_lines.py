"""Contains the line that `refunds verify` prints for each finding, as one template per subclass of `Finding`.

A line begins with the id of the object that the finding is about, and a colon.
"""

from collections.abc import Mapping

from refunds.domain.audit import anchor_findings as anchor
from refunds.domain.audit import chain_findings as chain
from refunds.domain.finding import Finding
from refunds.domain.verification import archive_findings as archive
from refunds.domain.verification import audit_findings as audit
from refunds.domain.verification import books_findings as books
from refunds.domain.verification import history_findings as history
from refunds.domain.verification import payment_findings as payment
from refunds.texts.text import fill, shown

FINDING_LINES: Mapping[type[Finding], str] = {
    # audit/chain_findings
    chain.ChainGone: (
        "{chain}: the audit log of this tenant is gone; it had {anchored} records when it was last anchored"
    ),
    chain.ChainShortened: (
        "{chain}: the audit log of this tenant ends at record {ends_at}, but it had {anchored} records when it was "
        "last anchored"
    ),
    chain.AnchoredRecordReplaced: "{chain}: audit record {seq} of this tenant is not the record that was anchored",
    chain.ChainBroken: "{chain}: audit record {seq} of {records} does not contain the hash of the record before it",
    chain.RecordsWithoutChain: (
        "{count} audit records belong to audit logs whose end is not stored (the head is missing)"
    ),
    # audit/anchor_findings
    anchor.AnchorUntrusted: "{reason}",
    anchor.EpochFollowsNothing: "the first anchor of epoch {epoch} does not name the last anchor before this epoch",
    anchor.EpochFollowsOther: (
        "the first anchor of epoch {epoch} should name {anchor} as the anchor before it, but names another anchor"
    ),
    anchor.EpochBegan: (
        "epoch {epoch}, a new series of anchors, began on {on}, after {anchor}; the person who began it gave this "
        "reason: {reason}"
    ),
    anchor.AnchorWasUntrusted: "when the next epoch of anchors began, {anchor} could not be trusted, because {reason}",
    anchor.LostBeforeEpoch: "audit records were lost before epoch {epoch} of the anchors began: {lost}",
    # verification/payment_findings
    payment.StatusUnknownHere: "{refund_id}: the refund has the status {status}, which this release does not know",
    payment.ReservedDiffers: (
        "{payment_id}: the reserved amount of the payment is {stored} minor units, but its refunds under way sum to "
        "{of_refunds}"
    ),
    payment.RefundedDiffers: (
        "{payment_id}: the refunded amount of the payment is {stored} minor units, but its successful refunds sum to "
        "{of_refunds}"
    ),
    payment.CapturedExceeded: (
        "{payment_id}: {used} minor units of the payment are reserved or refunded, but only {captured} were captured"
    ),
    payment.KeyRepeated: "{refund_id}: an earlier refund of the same payment has the same idempotency key",
    payment.KeyOfSeveralPayments: (
        "{refund_id}: {count} refunds of {merchant_id} have the idempotency key of this refund"
    ),
    payment.GatewayIdShared: (
        "{gateway_refund_id} at {gateway}: refunds of several payments have this id; the payments are {payment_ids}"
    ),
    payment.WaitsForNothing: (
        "{refund_id}: the refund is not final (its status is {status}), but no work on it is scheduled"
    ),
    payment.DueForOtherWork: (
        "{refund_id}: the status of the refund is {status}, but the scheduled work ({due_for:or none}) does not fit "
        "this status"
    ),
    payment.DueTooLate: (
        "{refund_id}: the next work on the refund is scheduled for {due_at}, but the longest allowed wait ends earlier"
    ),
    payment.PaymentDueOtherwise: (
        "{payment_id}: the time of the next work is {due_at:exact or missing} in the payment, but "
        "{first_of_refunds:exact or missing} in its refunds"
    ),
    payment.VersionDiffers: "{payment_id}: the payment has version {version}, but its last write made another version",
    payment.RouteDiffers: (
        "{payment_id}: the route (the place of a payment in the database) that the payment stores differs from the "
        "route in its id"
    ),
    payment.RefundLeadsElsewhere: (
        "{refund_id}: the id of the refund leads to one payment, but the refund is stored in another payment"
    ),
    payment.EntryOffBalance: "{entry_id}: the lines of this ledger entry do not sum to zero in {currency}",
    payment.GatewayBalanceDiffers: (
        "{payment_id}: according to the ledger, the gateway holds {ledger} minor units of this payment, but according "
        "to the payment, it holds {payment}"
    ),
    payment.RowOfFileUnbound: (
        "{refund_id}: the refund was created from a row of a file, but the record of the file's Idempotency-Key does "
        "not contain this row"
    ),
    payment.RowOfFileElsewhere: (
        "{refund_id}: the refund was created from a row of a file, but this file is recorded for other tenants"
    ),
    payment.OutcomeOpen: "{refund_id}: the status of the refund is {status}, and its amount is {amount} minor units",
    payment.ResultContradicted: (
        "{refund_id}: the status of the refund is {status}, and its amount is {amount} minor units, but the gateway "
        "also reported the opposite result"
    ),
    # verification/history_findings
    history.MakerDiffers: "{refund_id}: the creator of the refund differs from the creator in its history",
    history.AmountDiffers: "{refund_id}: the amount of the refund differs from the amount in its history",
    history.ApprovalsDiffer: "{refund_id}: the approvals of the refund differ from the approvals in its history",
    history.ArnOfUnsent: "{refund_id}: the refund has an ARN (acquirer reference number), but it was never submitted",
    history.ArnWithoutMovement: (
        "{refund_id}: the refund has an ARN (acquirer reference number), but its gateway never reported that money "
        "moved"
    ),
    history.AttemptDiffers: (
        "{refund_id}: the field {field} of the refund's attempt differs from the history of the refund"
    ),
    history.RefundDiffers: "{refund_id}: the field {field} of the refund differs from its history",
    history.ReasonTextDiffers: (
        "{refund_id}: the text of the refund's status_reason differs from the text in its history"
    ),
    history.BeginningDiffers: (
        "{refund_id}: the refund's first_status, submitted_by or submitted_at differs from its history"
    ),
    history.SubmissionsDiffer: (
        "{refund_id}: the number of the refund's submissions, or the time of the first submission, differs from its "
        "history"
    ),
    history.HistoryOfOther: "{refund_id}: the history of the refund belongs to another refund",
    history.HistoryMissing: "{refund_id}: the refund has no history",
    history.HistoryTorn: (
        "{refund_id}: the refund's history leads to the status {status:or none}, but its next event, {event}, begins "
        "at the status {from_status:or none}"
    ),
    history.HistoryImpossible: (
        "{refund_id}: the refund's history contains the event {event} at the status {status}, but this status does not "
        "allow this event"
    ),
    history.HistoryMisnames: (
        "{refund_id}: the refund's history contains the status {status} after the event {event}, but this event leads "
        "to another status"
    ),
    history.HistoryEndsOtherwise: (
        "{refund_id}: the status of the refund is {status}, but its history ends with the status {ends_at}"
    ),
    history.HistoryCut: (
        "{refund_id}: the refund's history contains {kept} events, but the refund counts {counted} events, and the "
        "audit log has {audited} events"
    ),
    # verification/books_findings
    books.CurrencyDiffers: (
        "{payment_id}: the currency of the payment is {at_gateway} at the gateway, but {here} in this service"
    ),
    books.MovementsDoNotSum: (
        "{payment_id}: the gateway reports a total of {moved} minor units for this payment, but the single movements "
        "have another sum"
    ),
    books.MovementUnknown: (
        "{payment_id}: the gateway moved {amount} minor units for its refund {gateway_refund_id}, but this service "
        "has no refund with this id"
    ),
    books.GatewayIdDiffers: (
        "{refund_id}: this service recorded {here} as the gateway's id of the refund, but the gateway has the id "
        "{at_gateway}"
    ),
    books.ArnDiffers: (
        "{refund_id}: the ARN (acquirer reference number) of the refund is {here:or empty} in this service, but "
        "{at_gateway:or empty} at the gateway"
    ),
    books.MovedDiffers: (
        "{refund_id}: in this service, the refund has the status {status} and an amount of {amount} minor units, but "
        "the gateway moved {moved} minor units"
    ),
    books.NothingMoved: (
        "{payment_id}: this service records {refunded} minor units of the payment as refunded, but the gateway moved "
        "nothing"
    ),
    books.PaymentUnknownHere: (
        "{gateway_payment_id}: the gateway moved {moved} minor units of this payment, but this service has no record "
        "of the payment"
    ),
    # verification/archive_findings
    archive.NotCaughtUp: (
        "after {timeout_s} s, the read models (lists, daily totals, ledger) still lack changes of payments"
    ),
    archive.PaymentUnreadable: "payment {payment_id} cannot be read: {reason}",
    archive.OutboxUnreadable: "payment {payment_id}: its latest events (`events`) cannot be read",
    archive.NotListed: "{refund_id}: the list of refunds does not contain this refund",
    archive.RowDiffers: "{refund_id}: in the list of refunds, these fields differ from the payment: {fields}",
    archive.RowVersionDiffers: (
        "{refund_id}: in the list of refunds, these fields differ from the payment: {fields} (the list has version "
        "{listed}, the payment has version {stored})"
    ),
    archive.RowMiscounted: (
        "{refund_id}: the list of refunds counts other versions for this refund than its history has: {faults}"
    ),
    archive.VersionNotCounted: "version {version} is not counted",
    archive.VersionWithoutEvent: "version {version} is counted, but the history has no event of this version",
    archive.VersionsOutOfOrder: "a version is counted twice, or the versions are in the wrong order",
    archive.RowWithoutRefund: (
        "{refund_id}: the list of refunds contains this refund, but payment {payment_id} does not"
    ),
    archive.RowsGone: (
        "{count} entries of the list of refunds were gone when they were read a second time, or their ids are not text"
    ),
    archive.NotPosted: "{payment_id}: the ledger lacks the entry {entry_id} for version {version} of the payment",
    archive.EntryDiffers: "{entry_id}: these fields of the ledger entry differ from its event: {fields}",
    archive.EntryWithoutEvent: (
        "{entry_id}: the ledger contains this entry, but payment {payment_id} has no event for it"
    ),
    archive.EntriesGone: (
        "{count} ledger entries were gone when they were read a second time, or their ids are not text"
    ),
    archive.LedgerOff: "{currency}: the ledger entries in this currency sum to {off} minor units instead of 0",
    archive.CellDiffers: (
        "{day} {merchant_id} under {path}: the daily total {cell} counts {counted} events with {amount} minor units, "
        "but the payments have {expected} such events with {expected_amount} minor units"
    ),
    archive.RollUpExtra: "{roll_up_id}: this daily total contains {extra}, but no event of a payment accounts for it",
    # verification/audit_findings
    audit.VersionNotAudited: "{payment_id}: version {version} of the payment is not in the audit log",
    audit.RecordDiffers: "{payment_id}: the audit record of version {version} differs from this version of the payment",
    audit.DigestDiffers: "{of}: the digest (hash) of the stored values differs from the digest in the audit log",
    audit.DisputeNotAudited: "{payment_id}: the dispute of the payment is not in the audit log",
    audit.VersionRepeated: "{payment_id}: version {version} of the payment is in the audit log {count} times",
    audit.RecordWithoutVersion: (
        "{payment_id}: the audit log has version {version} of the payment, but the payment has no such version"
    ),
    audit.AuditAhead: (
        "{payment_id}: the audit log has version {audited} of the payment, but the payment itself is only at version "
        "{version}"
    ),
    audit.RecordWithoutSubject: (
        "{record_id}: this audit record is about {subject}, but no such payment, tenant or parameter is stored"
    ),
    audit.SettingUnreadable: "{setting_id}: the stored document of this tenant or parameter cannot be read ({reason})",
    audit.SettingGone: "{setting_id}: the audit log contains this tenant or parameter, but the database does not",
    audit.SettingRepeated: "{setting_id}: this tenant or parameter is in the audit log {count} times",
    audit.SettingNotAudited: "{setting_id}: this tenant or parameter is not in the audit log",
    audit.SettingDiffers: "{setting_id}: this tenant or parameter differs from its audit record",
    audit.VersionsQuarantined: "its later versions {versions} also wait",
    audit.MoreVersionsQuarantined: "its later versions {versions} and {more} further versions also wait",
    audit.NoVersionQuarantined: "no later version of the payment waits",
    audit.PaymentQuarantined: (
        "{payment_id}: the reader {reader} has failed to read this payment since {since} ({reason}); {waits}"
    ),
    audit.WebhookUnread: (
        "{gateway} {webhook_id}: this webhook has waited for an operator since {received_at} ({reason})"
    ),
}


def line_of(finding: Finding) -> str:
    """Returns the line for a finding, without a mark or indentation."""
    return fill(FINDING_LINES[type(finding)], finding, _shown)


def _shown(value: object) -> str:
    """Formats a value like `shown`. A finding inside another finding is shown as its line."""
    if isinstance(value, Finding):
        return line_of(value)
    return ", ".join(map(_shown, value)) if isinstance(value, tuple) else shown(value)
