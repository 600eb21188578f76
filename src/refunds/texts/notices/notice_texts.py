"""The text of each thing that commands print when they succeed: one for each class below `Notice`."""

from collections.abc import Mapping

from refunds.texts.notices import command_notices as commands
from refunds.texts.notices import proof_notices as proofs
from refunds.texts.notices import verification_notices as verification
from refunds.texts.notices.notice import Notice
from refunds.texts.text import fill

NOTICE_TEXTS: Mapping[type[Notice], str] = {
    commands.KeyUsed: "Idempotency-Key: {key}",
    commands.KeyReplayed: "Idempotency-Key: {key}, answered before",
    commands.ActedAs: (
        "Acted as {subject}, {role} at {scope}: a development identity; --as, --role and --scope choose another."
    ),
    commands.MorePages: "more: --cursor {cursor}",
    commands.SchemaLater: (
        "The schema is {found}, of a later release than this one ({needed}): nothing is to be done."
    ),
    commands.SchemaCurrent: "The schema is {found}; nothing is to be done.",
    commands.SchemaPlanned: "The schema is {found} and would become {needed}; nothing was changed.",
    commands.SchemaMigrated: "The schema was {found} and is {needed} now.",
    commands.RebuildOrdered: "Ordered: generation {generation} of the read models will be made.",
    commands.RebuildDone: "Done: generation {generation} of the read models is current.",
    commands.NoWebhookWaits: "No webhook waits.",
    commands.MoreWebhooks: "… and {count:,} more.",
    commands.WebhookRemoved: "Removed. {left:,} still wait.",
    commands.BodySize: "{size:,} bytes",
    commands.BodyCut: "{size:,} bytes, its end was cut off",
    proofs.EpochBegun: "Epoch {epoch} of the anchors has begun.",
    proofs.RecordGone: "The database has no record {seq} of {chain} with that hash: run `refunds audit verify`.",
    proofs.ProofFails: "NOT proven: the record does not lie under that anchor.",
    proofs.ProofHolds: "Proven: the record lies under that anchor.",
    proofs.ProofFitsItself: (
        "The proof fits its own root. Compare this root with the anchor's, or give --root or --anchor."
    ),
    proofs.AnchorPlace: "{number} of epoch {epoch}, {at}",
    proofs.PathLength: "{digests} digests",
    verification.InvariantHolds: "✓ {sentence} ({checked:,} checked)",
    verification.InvariantBroken: "✗ {sentence} ({checked:,} checked, {broken:,} broken)",
    verification.MoreFindings: "    … and {count:,} more",
    verification.LedgerTotal: (
        "  ledger {currency}: gateway {gateway}, merchants {merchants}, sum {off} ({entries:,} entries)"
    ),
    verification.Note: "  note: {note}",
    verification.RefundsOpen: "  {count:,} refunds wait for their gateway's result",
    verification.PaymentsQuarantined: "  {count:,} payments wait in a reader's quarantine; what they lack is late",
    verification.WebhooksUnread: "  webhooks that could not be read or recorded and wait for an operator: {count:,}",
    verification.RefundsContradicted: "  {count:,} refunds wait for a person: their gateway contradicted itself",
    verification.Meaning: "    What it means: {meaning}",
    verification.Action: "    What to do: {action}",
    verification.AllHold: "All invariants hold.",
    verification.NotAllHold: "NOT all invariants hold.",
}


def notice_of(fact: Notice) -> str:
    """The text of this notice."""
    return fill(NOTICE_TEXTS[type(fact)], fact)
