"""The line of each finding of `refunds verify`: one template for each class below `Finding`.

A line names its subject first, with a colon behind.
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
    chain.ChainGone: "{chain}: is gone, had {anchored} records when it was anchored",
    chain.ChainShortened: "{chain}: ends at record {ends_at}, had {anchored} when it was anchored",
    chain.AnchoredRecordReplaced: "{chain}: record {seq} is not the one that was anchored",
    chain.ChainBroken: "{chain}: broken at record {seq} of {records}",
    chain.RecordsWithoutChain: "{count} records stand in no chain that has a head",
    # audit/anchor_findings
    anchor.AnchorUntrusted: "{reason}",
    anchor.EpochFollowsNothing: "epoch {epoch} does not name what it follows",
    anchor.EpochFollowsOther: "{anchor} is not the one that epoch {epoch} follows",
    anchor.EpochBegan: "epoch {epoch} of the anchors began on {on} after {anchor}: {reason}",
    anchor.AnchorWasUntrusted: "{anchor} could not be trusted then: {reason}",
    anchor.LostBeforeEpoch: "lost before epoch {epoch}: {lost}",
    # verification/payment_findings
    payment.StatusUnknownHere: "{refund_id}: this release does not know its status {status}",
    payment.ReservedDiffers: "{payment_id}: reserves {stored}, its refunds {of_refunds}",
    payment.RefundedDiffers: "{payment_id}: refunded {stored}, its refunds {of_refunds}",
    payment.CapturedExceeded: "{payment_id}: {used} reserved and refunded of {captured} captured",
    payment.KeyRepeated: "{refund_id}: its idempotency key belongs to an earlier refund too",
    payment.KeyOfSeveralPayments: "{refund_id}: its key stands for {count} refunds of {merchant_id}",
    payment.GatewayIdShared: "{gateway_refund_id} at {gateway} is the id of refunds of {payment_ids}",
    payment.WaitsForNothing: "{refund_id}: {status} and waits for nothing",
    payment.DueForOtherWork: "{refund_id}: {status} and due for {due_for:or nobody}",
    payment.DueTooLate: "{refund_id}: not due before {due_at}, beyond its longest wait",
    payment.PaymentDueOtherwise: (
        "{payment_id}: due {due_at:exact or never}, the first of its refunds {first_of_refunds:exact or never}"
    ),
    payment.VersionDiffers: "{payment_id}: version {version} is not the one that its last write made",
    payment.RouteDiffers: "{payment_id}: its route is not the one that its id gives",
    payment.RefundLeadsElsewhere: "{refund_id}: its id leads to another payment than the one that holds it",
    payment.EntryOffBalance: "{entry_id}: does not sum to zero in {currency}",
    payment.GatewayBalanceDiffers: "{payment_id}: the ledger leaves {ledger} at the gateway, the payment {payment}",
    payment.RowOfFileUnbound: "{refund_id}: the file that made it is not recorded under its key with this row",
    payment.RowOfFileElsewhere: "{refund_id}: the file that made it is recorded under another path of tenants",
    payment.OutcomeOpen: "{refund_id}: {status} over {amount}",
    payment.ResultContradicted: "{refund_id}: {status} over {amount}, which its gateway contradicts",
    # verification/history_findings
    history.MakerDiffers: "{refund_id}: its maker is not the one that its history names",
    history.AmountDiffers: "{refund_id}: its amount is not the one that its history records",
    history.ApprovalsDiffer: "{refund_id}: its approvals are not those that its history records",
    history.ArnOfUnsent: "{refund_id}: it has an ARN and was never sent",
    history.ArnWithoutMovement: "{refund_id}: it has an ARN, and its gateway never reported a movement",
    history.AttemptDiffers: "{refund_id}: the {field} of its attempt is not what its history records",
    history.RefundDiffers: "{refund_id}: its {field} is not what its history records",
    history.ReasonTextDiffers: "{refund_id}: its status_reason's text is not what its history records",
    history.BeginningDiffers: (
        "{refund_id}: its first_status, submitted_by or submitted_at is not what its history records"
    ),
    history.SubmissionsDiffer: "{refund_id}: its submissions, or when they began, is not what its history records",
    history.HistoryOfOther: "{refund_id}: its history is that of another refund",
    history.HistoryMissing: "{refund_id}: it has no history",
    history.HistoryTorn: "{refund_id}: its history goes from {status:or nothing} to {event} of {from_status:or -}",
    history.HistoryImpossible: "{refund_id}: its history takes {event} while {status}",
    history.HistoryMisnames: "{refund_id}: its history calls it {status} after {event}",
    history.HistoryEndsOtherwise: "{refund_id}: {status}, but its history ends {ends_at}",
    history.HistoryCut: "{refund_id}: its history keeps {kept} of {counted}, the audit log {audited}",
    # verification/books_findings
    books.CurrencyDiffers: "{payment_id}: in {at_gateway} at the gateway, in {here} here",
    books.MovementsDoNotSum: "{payment_id}: the gateway's movements do not sum to the {moved} that it reports as moved",
    books.MovementUnknown: "{payment_id}: {amount} moved by {gateway_refund_id}, which no refund here knows",
    books.GatewayIdDiffers: "{refund_id}: {here} at the gateway here, the gateway calls it {at_gateway}",
    books.ArnDiffers: "{refund_id}: its ARN is {here:or empty} here, {at_gateway} at the gateway",
    books.MovedDiffers: "{refund_id}: {status} over {amount} here, the gateway moved {moved}",
    books.NothingMoved: "{payment_id}: {refunded} refunded here, nothing moved at the gateway",
    books.PaymentUnknownHere: "{gateway_payment_id}: {moved} moved of a payment that is not recorded here",
    # verification/archive_findings
    archive.NotCaughtUp: "not within {timeout_s} s",
    archive.PaymentUnreadable: "payment {payment_id} cannot be read: {reason}",
    archive.OutboxUnreadable: "payment {payment_id}: its latest events (`events`) cannot be read",
    archive.NotListed: "{refund_id}: is not listed",
    archive.RowDiffers: "{refund_id}: is listed with another {fields}",
    archive.RowVersionDiffers: "{refund_id}: is listed with another {fields}: {listed}, its payment has {stored}",
    archive.RowMiscounted: "{refund_id}: is listed with {faults}",
    archive.VersionNotCounted: "version {version} not counted",
    archive.VersionWithoutEvent: "version {version} counted, which had no event for it",
    archive.VersionsOutOfOrder: "a version counted twice, or out of order",
    archive.RowWithoutRefund: "{refund_id}: is listed, and payment {payment_id} holds no such refund",
    archive.RowsGone: "{count} rows are gone meanwhile, or their ids are no text",
    archive.NotPosted: "{payment_id}: entry {entry_id} of version {version} is not in the ledger",
    archive.EntryDiffers: "{entry_id}: is posted with another {fields}",
    archive.EntryWithoutEvent: "{entry_id}: is in the ledger, and payment {payment_id} records no such event",
    archive.EntriesGone: "{count} entries are gone meanwhile, or their ids are no text",
    archive.LedgerOff: "{currency}: off by {off}",
    archive.CellDiffers: (
        "{day} {merchant_id} under {path}: {cell} counts {counted} over {amount}, the payments record {expected} over "
        "{expected_amount}"
    ),
    archive.RollUpExtra: "{roll_up_id}: holds {extra}, which nothing that happened puts there",
    # verification/audit_findings
    audit.VersionNotAudited: "{payment_id}: version {version} is not in the audit log",
    audit.RecordDiffers: "{payment_id}: the audit record of version {version} differs from the payment",
    audit.DigestDiffers: "{of}: it is not what the audit log vouches for",
    audit.DisputeNotAudited: "{payment_id}: its dispute is not in the audit log",
    audit.VersionRepeated: "{payment_id}: version {version} is in the audit log {count} times",
    audit.RecordWithoutVersion: "{payment_id}: the audit log has version {version} which the payment does not have",
    audit.AuditAhead: "{payment_id}: the audit log has version {audited}, it is at {version}",
    audit.RecordWithoutSubject: "{record_id}: names {subject}, and there is no such payment, tenant or parameter",
    audit.SettingUnreadable: "{setting_id}: cannot be read: {reason}",
    audit.SettingGone: "{setting_id}: the audit log has it, and it is gone",
    audit.SettingRepeated: "{setting_id}: is in the audit log {count} times",
    audit.SettingNotAudited: "{setting_id}: is not in the audit log",
    audit.SettingDiffers: "{setting_id}: its audit record differs",
    audit.VersionsQuarantined: "with it wait its versions {versions}",
    audit.MoreVersionsQuarantined: "with it wait its versions {versions} and {more} more",
    audit.NoVersionQuarantined: "no later version waits with it",
    audit.PaymentQuarantined: "{payment_id}: waits for the reader {reader} since {since} ({reason}); {waits}",
    audit.WebhookUnread: "{gateway} {webhook_id}: waits for an operator since {received_at} ({reason})",
}


def line_of(finding: Finding) -> str:
    """The line, without a mark or a margin."""
    return fill(FINDING_LINES[type(finding)], finding, _shown)


def _shown(value: object) -> str:
    """As `shown`; a finding within a finding is shown as its line."""
    if isinstance(value, Finding):
        return line_of(value)
    return ", ".join(map(_shown, value)) if isinstance(value, tuple) else shown(value)
