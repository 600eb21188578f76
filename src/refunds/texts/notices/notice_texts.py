"""Contains the texts of the notices that commands print when they succeed, one per subclass of `Notice`."""

from collections.abc import Mapping

from refunds.texts.notices import command_notices as commands
from refunds.texts.notices import proof_notices as proofs
from refunds.texts.notices import verification_notices as verification
from refunds.texts.notices.notice import Notice
from refunds.texts.text import fill

NOTICE_TEXTS: Mapping[type[Notice], str] = {
    commands.KeyUsed: "Idempotency-Key: {key}",
    commands.KeyReplayed: "Idempotency-Key: {key} (an earlier request with this key got the same answer)",
    commands.ActedAs: (
        "Acted as {subject} with the role {role} and the scope {scope}: a development identity. To use "
        "another identity, give --as, --role or --scope."
    ),
    commands.MorePages: "next page: --cursor {cursor}",
    commands.SchemaLater: (
        "The schema of the database is {found}, of a later release than this command. This command needs {needed} or "
        "later. Nothing needs to be done."
    ),
    commands.SchemaCurrent: (
        "The schema of the database is {found}, as this release needs it. Nothing needs to be done."
    ),
    commands.SchemaPlanned: (
        "The schema of the database is {found}. The migration would change it to {needed}. Nothing was changed."
    ),
    commands.SchemaMigrated: "The schema of the database was {found} and is now {needed}.",
    commands.RebuildOrdered: (
        "The rebuild is requested. It will fill a new set of read models (generation {generation})."
    ),
    commands.RebuildDone: (
        "The rebuild has ended. The service now uses the new set of read models (generation {generation})."
    ),
    commands.NoWebhookWaits: "No webhook waits for an operator.",
    commands.MoreWebhooks: "… and {count:,} more webhooks.",
    commands.WebhookRemoved: "The webhook was removed. Webhooks that still wait: {left:,}.",
    commands.BodySize: "{size:,} bytes",
    commands.BodyCut: "{size:,} bytes; the rest of the body was not stored",
    proofs.EpochBegun: "Epoch {epoch}, a new series of anchors, has begun.",
    proofs.RecordGone: (
        "The database does not contain the record of this proof: record {seq} of {chain} is missing or has another "
        "hash. Run `refunds audit verify`."
    ),
    proofs.ProofFails: "NOT proven: the anchor does not cover this record.",
    proofs.ProofHolds: "Proven: the anchor covers this record.",
    proofs.ProofFitsItself: (
        "The proof agrees with the root that the proof itself contains. This alone proves nothing. Compare this root "
        "with the root of the anchor, or give --root or --anchor."
    ),
    proofs.AnchorPlace: "{number} of epoch {epoch}, {at}",
    proofs.PathLength: "{digests} digests",
    verification.InvariantHolds: "✓ {sentence} ({checked:,} checked)",
    verification.InvariantBroken: "✗ {sentence} ({checked:,} checked, {broken:,} violations)",
    verification.MoreFindings: "    … and {count:,} more",
    verification.LedgerTotal: (
        "  ledger {currency}: gateway {gateway}, merchants {merchants}, sum {off} ({entries:,} entries)"
    ),
    verification.Note: "  note: {note}",
    verification.RefundsOpen: "  refunds that wait for the result of their gateway: {count:,}",
    verification.PaymentsQuarantined: (
        "  payments that the service could not read (it applies their changes later): {count:,}"
    ),
    verification.WebhooksUnread: (
        "  webhooks that the service could not read or record (they wait for an operator): {count:,}"
    ),
    verification.RefundsContradicted: "  refunds with contradictory results that wait for a person: {count:,}",
    verification.Meaning: "    What it means: {meaning}",
    verification.Action: "    What to do: {action}",
    verification.AllHold: "All invariants hold.",
    verification.NotAllHold: "NOT all invariants hold.",
}


def notice_of(fact: Notice) -> str:
    """Returns the text of a notice."""
    return fill(NOTICE_TEXTS[type(fact)], fact)
