"""The line of each finding of `refunds verify`: one template per class below `Finding`.

A line begins with the id of its subject and a colon.
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
    chain.ChainGone: "{chain}: the chain is gone; it had {anchored} records when it was anchored",
    chain.ChainShortened: (
        "{chain}: the chain ends at record {ends_at}, but it had {anchored} records when it was anchored"
    ),
    chain.AnchoredRecordReplaced: "{chain}: record {seq} is not the record that was anchored",
    chain.ChainBroken: "{chain}: record {seq} of {records} does not follow from the record before it",
    chain.RecordsWithoutChain: "{count} audit records belong to chains whose head is missing",
    # audit/anchor_findings
    anchor.AnchorUntrusted: "{reason}",
    anchor.EpochFollowsNothing: "epoch {epoch} of the anchors does not name the anchor that it follows",
    anchor.EpochFollowsOther: "epoch {epoch} of the anchors follows another anchor than {anchor}",
    anchor.EpochBegan: "epoch {epoch} of the anchors began on {on}, after {anchor}; reason: {reason}",
    anchor.AnchorWasUntrusted: "{anchor} could not be trusted when the next epoch began: {reason}",
    anchor.LostBeforeEpoch: "lost before epoch {epoch} of the anchors began: {lost}",
    # verification/payment_findings
    payment.StatusUnknownHere: "{refund_id}: its status is {status}, which this release does not know",
    payment.ReservedDiffers: (
        "{payment_id}: its reserved amount is {stored} minor units, but its refunds under way sum to {of_refunds}"
    ),
    payment.RefundedDiffers: (
        "{payment_id}: its refunded amount is {stored} minor units, but its successful refunds sum to {of_refunds}"
    ),
    payment.CapturedExceeded: (
        "{payment_id}: {used} minor units are reserved or refunded, but only {captured} were captured"
    ),
    payment.KeyRepeated: "{refund_id}: an earlier refund of the payment has the same idempotency key",
    payment.KeyOfSeveralPayments: "{refund_id}: {count} refunds of {merchant_id} have its idempotency key",
    payment.GatewayIdShared: (
        "{gateway_refund_id} at {gateway}: refunds of several payments have this id: {payment_ids}"
    ),
    payment.WaitsForNothing: "{refund_id}: its status is {status}, which is not final, but no work is due for it",
    payment.DueForOtherWork: (
        "{refund_id}: its status is {status}, but the work that is due for it is {due_for:or none}"
    ),
    payment.DueTooLate: "{refund_id}: it is not due before {due_at}, which is later than its longest wait allows",
    payment.PaymentDueOtherwise: (
        "{payment_id}: it is due {due_at:exact or never}, but the first of its refunds is due {first_of_refunds:exact "
        "or never}"
    ),
    payment.VersionDiffers: "{payment_id}: its version is {version}, which is not the version that its last write made",
    payment.RouteDiffers: "{payment_id}: the route that is stored with it is not the route in its id",
    payment.RefundLeadsElsewhere: "{refund_id}: its id leads to another payment than the one that contains it",
    payment.EntryOffBalance: "{entry_id}: the lines of this ledger entry do not sum to zero in {currency}",
    payment.GatewayBalanceDiffers: (
        "{payment_id}: by the ledger, {ledger} minor units of it are at the gateway, but by the payment itself, "
        "{payment} are"
    ),
    payment.RowOfFileUnbound: (
        "{refund_id}: it was created from a row of a file, but its Idempotency-Key is not recorded with this row"
    ),
    payment.RowOfFileElsewhere: (
        "{refund_id}: it was created from a row of a file, but the file is recorded under another path of tenants"
    ),
    payment.OutcomeOpen: "{refund_id}: its status is {status}, and its amount is {amount} minor units",
    payment.ResultContradicted: (
        "{refund_id}: its status is {status} with an amount of {amount} minor units, but its gateway contradicts that"
    ),
    # verification/history_findings
    history.MakerDiffers: "{refund_id}: its creator is not the one that its history names",
    history.AmountDiffers: "{refund_id}: its amount is not the one that its history records",
    history.ApprovalsDiffer: "{refund_id}: its approvals are not those that its history records",
    history.ArnOfUnsent: "{refund_id}: it has an ARN, but it was never submitted",
    history.ArnWithoutMovement: "{refund_id}: it has an ARN, but its gateway never reported that money moved",
    history.AttemptDiffers: "{refund_id}: the {field} of its attempt is not what its history records",
    history.RefundDiffers: "{refund_id}: its {field} is not what its history records",
    history.ReasonTextDiffers: "{refund_id}: the text of its status_reason is not the one that its history records",
    history.BeginningDiffers: (
        "{refund_id}: its first_status, submitted_by or submitted_at is not what its history records"
    ),
    history.SubmissionsDiffer: (
        "{refund_id}: its submissions, or the time of the first one, are not what its history records"
    ),
    history.HistoryOfOther: "{refund_id}: its history belongs to another refund",
    history.HistoryMissing: "{refund_id}: it has no history",
    history.HistoryTorn: (
        "{refund_id}: its history leads to the status {status:or none}, but its next event {event} begins at "
        "{from_status:or none}"
    ),
    history.HistoryImpossible: (
        "{refund_id}: its history records {event} at the status {status}, which does not allow that event"
    ),
    history.HistoryMisnames: (
        "{refund_id}: its history records the status {status} after {event}, but that event leads to another status"
    ),
    history.HistoryEndsOtherwise: "{refund_id}: its status is {status}, but its history ends with the status {ends_at}",
    history.HistoryCut: (
        "{refund_id}: its history contains {kept} events, but the refund counts {counted}, and the audit log has "
        "{audited}"
    ),
    # verification/books_findings
    books.CurrencyDiffers: "{payment_id}: its currency is {at_gateway} at the gateway, but {here} here",
    books.MovementsDoNotSum: (
        "{payment_id}: the gateway reports a total of {moved} minor units, but the movements that it reports have "
        "another sum"
    ),
    books.MovementUnknown: (
        "{payment_id}: the gateway moved {amount} minor units by {gateway_refund_id}, but no refund here has that id"
    ),
    books.GatewayIdDiffers: (
        "{refund_id}: its id at the gateway is recorded here as {here}, but the gateway has {at_gateway}"
    ),
    books.ArnDiffers: (
        "{refund_id}: its ARN is recorded here as {here:or empty}, but the gateway has {at_gateway:or none}"
    ),
    books.MovedDiffers: (
        "{refund_id}: its status here is {status} with an amount of {amount} minor units, but the gateway moved {moved}"
    ),
    books.NothingMoved: "{payment_id}: {refunded} minor units are refunded here, but the gateway moved nothing",
    books.PaymentUnknownHere: (
        "{gateway_payment_id}: the gateway moved {moved} minor units of this payment, which is not recorded here"
    ),
    # verification/archive_findings
    archive.NotCaughtUp: "the read models did not catch up within {timeout_s} s",
    archive.PaymentUnreadable: "payment {payment_id} cannot be read: {reason}",
    archive.OutboxUnreadable: "payment {payment_id}: its latest events (`events`) cannot be read",
    archive.NotListed: "{refund_id}: the list of refunds does not contain it",
    archive.RowDiffers: "{refund_id}: its row in the list differs from the payment in {fields}",
    archive.RowVersionDiffers: (
        "{refund_id}: its row in the list differs from the payment in {fields}: the row has version {listed}, but the "
        "payment has {stored}"
    ),
    archive.RowMiscounted: "{refund_id}: its row in the list counts other versions than its history: {faults}",
    archive.VersionNotCounted: "version {version} is not counted",
    archive.VersionWithoutEvent: "version {version} is counted, but it has no event of the refund",
    archive.VersionsOutOfOrder: "a version is counted twice, or versions are out of order",
    archive.RowWithoutRefund: "{refund_id}: the list of refunds contains it, but payment {payment_id} does not",
    archive.RowsGone: "{count} rows of the list were not found when they were read again, or their ids are not text",
    archive.NotPosted: "{payment_id}: entry {entry_id} of version {version} is not in the ledger",
    archive.EntryDiffers: "{entry_id}: this ledger entry differs from its event in {fields}",
    archive.EntryWithoutEvent: "{entry_id}: the ledger contains it, but payment {payment_id} has no event for it",
    archive.EntriesGone: "{count} ledger entries were not found when they were read again, or their ids are not text",
    archive.LedgerOff: "{currency}: the ledger sums to {off} minor units instead of 0",
    archive.CellDiffers: (
        "{day} {merchant_id} under {path}: the daily total {cell} counts {counted} events with {amount} minor units, "
        "but the payments have {expected} events with {expected_amount}"
    ),
    archive.RollUpExtra: "{roll_up_id}: this daily total contains {extra}; no event of a payment accounts for that",
    # verification/audit_findings
    audit.VersionNotAudited: "{payment_id}: version {version} is not in the audit log",
    audit.RecordDiffers: "{payment_id}: the audit record of version {version} differs from the payment",
    audit.DigestDiffers: "{of}: its digest is not the one in the audit log",
    audit.DisputeNotAudited: "{payment_id}: its dispute is not in the audit log",
    audit.VersionRepeated: "{payment_id}: version {version} is in the audit log {count} times",
    audit.RecordWithoutVersion: "{payment_id}: the audit log has version {version}, but the payment does not",
    audit.AuditAhead: "{payment_id}: the audit log has version {audited}, but the payment has only version {version}",
    audit.RecordWithoutSubject: (
        "{record_id}: this audit record names {subject}, but no such payment, tenant or parameter is stored"
    ),
    audit.SettingUnreadable: "{setting_id}: the stored document cannot be read: {reason}",
    audit.SettingGone: "{setting_id}: the audit log contains it, but the database does not",
    audit.SettingRepeated: "{setting_id}: it is in the audit log {count} times",
    audit.SettingNotAudited: "{setting_id}: it is not in the audit log",
    audit.SettingDiffers: "{setting_id}: it differs from its audit record",
    audit.VersionsQuarantined: "its later versions {versions} wait, too",
    audit.MoreVersionsQuarantined: "its later versions {versions} and {more} more wait, too",
    audit.NoVersionQuarantined: "no later version waits",
    audit.PaymentQuarantined: (
        "{payment_id}: the reader {reader} has failed to read it since {since} ({reason}); {waits}"
    ),
    audit.WebhookUnread: (
        "{gateway} {webhook_id}: this webhook has waited for an operator since {received_at} ({reason})"
    ),
}


def line_of(finding: Finding) -> str:
    """Returns the line, without a mark or indentation."""
    return fill(FINDING_LINES[type(finding)], finding, _shown)


def _shown(value: object) -> str:
    """Formats a value like `shown`; a finding within a finding becomes its line."""
    if isinstance(value, Finding):
        return line_of(value)
    return ", ".join(map(_shown, value)) if isinstance(value, tuple) else shown(value)
