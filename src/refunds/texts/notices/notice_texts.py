"""The text of each notice that commands print when they succeed: one per class below `Notice`."""

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
        "Acted as {subject}, {role} at {scope}: a development identity; --as, --role and --scope choose another."
    ),
    commands.MorePages: "next page: --cursor {cursor}",
    commands.SchemaLater: (
        "The schema is {found}. It belongs to a later release than this command, which needs {needed}. Nothing needs "
        "to be done."
    ),
    commands.SchemaCurrent: "The schema is {found}. Nothing needs to be done.",
    commands.SchemaPlanned: "The schema is {found}. The migration would change it to {needed}. Nothing was changed.",
    commands.SchemaMigrated: "The schema was {found} and is now {needed}.",
    commands.RebuildOrdered: "The rebuild is ordered. It will fill generation {generation} of the read models.",
    commands.RebuildDone: "The rebuild is done: generation {generation} of the read models is current.",
    commands.NoWebhookWaits: "No webhook waits for an operator.",
    commands.MoreWebhooks: "… and {count:,} more.",
    commands.WebhookRemoved: "The webhook was removed. Webhooks that still wait: {left:,}.",
    commands.BodySize: "{size:,} bytes",
    commands.BodyCut: "{size:,} bytes; the rest of the body was not stored",
    proofs.EpochBegun: "Epoch {epoch} of the anchors has begun.",
    proofs.RecordGone: (
        "The database has no record {seq} of {chain} with the hash of the proof: run `refunds audit verify`."
    ),
    proofs.ProofFails: "NOT proven: the anchor does not contain this record.",
    proofs.ProofHolds: "Proven: the anchor contains this record.",
    proofs.ProofFitsItself: (
        "The proof leads to the root that it names. This alone proves nothing: compare this root with the anchor's "
        "root, or give --root or --anchor."
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
        "  payments that could not be read, so that their changes are applied later: {count:,}"
    ),
    verification.WebhooksUnread: (
        "  webhooks that could not be read or recorded, so that they wait for an operator: {count:,}"
    ),
    verification.RefundsContradicted: "  refunds with contradictory results that wait for a person: {count:,}",
    verification.Meaning: "    What it means: {meaning}",
    verification.Action: "    What to do: {action}",
    verification.AllHold: "All invariants hold.",
    verification.NotAllHold: "NOT all invariants hold.",
}


def notice_of(fact: Notice) -> str:
    """Returns the text of this notice."""
    return fill(NOTICE_TEXTS[type(fact)], fact)
