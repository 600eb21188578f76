"""What the command line prints when a command fails: one line for each class of `command_facts`, with the remedy."""

from collections.abc import Mapping

from refunds.texts import command_facts as facts
from refunds.texts.text import fill

COMMAND_TEXTS: Mapping[type[facts.CommandFact], str] = {
    # the instance and its parts
    facts.NoInstance: (
        "no instance is running here ({ready_file} is missing): start `refunds up`, or give --ready-file or --url"
    ),
    facts.ReadyFileUnreadable: "{ready_file} cannot be read: {error}",
    facts.InstanceGone: (
        "the instance of {ready_file} is gone (its launcher, pid {pid}, was killed): start `refunds up`, or "
        "give --ready-file or --url"
    ),
    facts.NothingAnswers: "nothing answers at {host}:{port}; is `refunds up` running?",
    facts.ConnectionFailed: "the connection failed: {error}",
    facts.AnswerUnexpected: "the answer is not as described: {error}",
    facts.AnswerUnexplained: "the answer is an error without a reason ({status})",
    facts.UriUnusable: "the `mongodb_uri` of the ready file cannot be used: {reason}",
    facts.UserRefused: "the database refuses the user or password of the ready file",
    facts.DatabaseUnavailable: "the database does not answer; is `refunds up` running?",
    facts.WriteUnknown: (
        "it is not known whether the database has stored this: look, and run the command again if it has not"
    ),
    facts.DatabaseRefuses: "the database does not do as asked; run it again, it goes on: {reason}",
    facts.MigrationLeaseLost: "the lease was lost, perhaps to another migration: run it again, it goes on",
    facts.RebuildNotOrdered: "the order could not be stored beside the progress of the relay; run the command again",
    facts.RebuildNotBegun: (
        "no process does the rebuild now; does reporting-engine run? The order stays, and is done when it does"
    ),
    facts.BooksUnavailable: "the sandbox gateway at {url} does not answer",
    facts.NotInstalled: "`{name}` is not installed here; it comes with `pip install 'brik-refunds[{extra}]'`",
    # anchors and proofs
    facts.AnchorsUnreadable: "the anchors of {data_dir}, or their key, cannot be read",
    facts.AnchorKeyUnreadable: "the key of the anchors in {data_dir} cannot be read",
    facts.NothingFound: "there is no {kind} {id}",
    facts.EpochWithoutNumber: "--epoch needs --number",
    facts.EpochReasonMalformed: "a reason has 1 to {chars_max} characters",
    facts.FileUnreadable: "{file} cannot be read: {error}",
    facts.NoProof: "{file} is no proof: {error}",
    facts.ProofOfOtherFormat: "{file} is a proof of format {found}; this release reads {known}",
    facts.ProofNotHexadecimal: "the proof holds something that is no hexadecimal number",
    facts.AnchorInvalid: "{file}: {error}",
    # what was given
    facts.TokenNeeded: "--url needs --token (or REFUNDS_TOKEN)",
    facts.NotAnId: "{text} is no id",
    facts.CurrencyUnknown: "/currency: {currency} is not an ISO 4217 currency",
    facts.AmountMalformed: "/amount: {error}",
    facts.AmountNotPositive: "/amount: it must be more than {zero} {currency}",
    facts.PaymentIdGiven: (
        "{id} is the id of a payment, and a refund is wanted: `refunds refund list --payment {id}` shows its refunds"
    ),
    facts.RefundIdGiven: (
        "{id} is the id of a refund, and a payment is wanted: `refunds refund get {id}` names its payment"
    ),
    facts.AmountNeedsCurrency: "an amount is of one currency: give --currency, too",
    facts.ValueNotJson: '/value: {text} is not JSON, as 90, true, ["balance"] or {{"USD": 100000}} ({error})',
    facts.IssuerKeyUnreadable: "the issuer's key {file} cannot be read: {error}",
    facts.SubjectEmpty: "--sub is empty: give the id of the bearer",
    facts.ScopeMalformed: "--scope {scope} is not the id of a tenant, as mer_01, or platform",
    facts.TenantUnknown: "the running instance has no tenant {scope}",
    facts.NoSuchWebhook: "no webhook {webhook_id} of {gateway} waits; `refunds webhooks unread` lists those that do",
}


def line_of(fact: facts.CommandFact) -> str:
    """The line without the name of the program."""
    return fill(COMMAND_TEXTS[type(fact)], fact)
