"""Contains the line that a command prints when it fails. The line also names what to do.

There is one line per class of `command_facts`.
"""

from collections.abc import Mapping

from refunds.texts import command_facts as facts
from refunds.texts.text import fill

COMMAND_TEXTS: Mapping[type[facts.CommandFact], str] = {
    # the instance and its parts
    facts.NoInstance: (
        "no instance is running here ({ready_file} is missing); start `refunds up`, or give --ready-file or --url"
    ),
    facts.ReadyFileUnreadable: (
        "{ready_file} cannot be read: {error}; start `refunds up`, or give --ready-file or --url"
    ),
    facts.InstanceGone: (
        "the instance that {ready_file} describes no longer runs, because its launcher (pid {pid}) was killed; start "
        "`refunds up`, or give --ready-file or --url"
    ),
    facts.NothingAnswers: "nothing answers at {host}:{port}; is `refunds up` running?",
    facts.ConnectionFailed: (
        "the connection to the service failed ({error}), but the service may have carried out the request: check "
        "before you run the command again"
    ),
    facts.AnswerUnexpected: (
        "the server's answer does not have the form that the API describes ({error}); check that the address belongs "
        "to the service, and that the service has the same release as this command"
    ),
    facts.AnswerUnexplained: (
        "the server answered with status {status} and gave no reason; check that the address belongs to the service"
    ),
    facts.UriUnusable: (
        "the `mongodb_uri` of the ready file cannot be used: {reason}; start `refunds up`, or give another --ready-file"
    ),
    facts.UserRefused: (
        "the database refuses the user or password of the ready file; start `refunds up`, or give another --ready-file"
    ),
    facts.DatabaseUnavailable: "the database does not answer; is `refunds up` running?",
    facts.WriteUnknown: (
        "the database did not confirm the write, so the change may or may not be stored; check whether it is stored, "
        "and if not, run the command again"
    ),
    facts.DatabaseRefuses: (
        "the database refused a step of the migration: {reason}; run the command again: the migration continues where "
        "it stopped"
    ),
    facts.MigrationLeaseLost: (
        "the migration lost its lease (the right to change the database alone), perhaps to another migration; run the "
        "command again: the migration continues where it stopped"
    ),
    facts.RebuildNotOrdered: (
        "the rebuild could not be requested, because the process reporting-engine changed its stored position at every "
        "attempt; run the command again"
    ),
    facts.RebuildNotBegun: (
        "the rebuild is requested, but it has not begun; check that the process reporting-engine runs, because this "
        "process carries out the rebuild"
    ),
    facts.BooksUnavailable: "the sandbox gateway at {url} does not answer; is `refunds up` running?",
    facts.NotInstalled: "`{name}` is not installed here; install it with `pip install 'brik-refunds[{extra}]'`",
    # anchors and proofs
    facts.AnchorsUnreadable: (
        "the anchors of the audit log in {data_dir}, or the key that signs them, cannot be read; check that this user "
        "may read both"
    ),
    facts.AnchorKeyUnreadable: (
        "the key that signs the anchors of the audit log in {data_dir} cannot be read; check that this user may read "
        "the key"
    ),
    facts.NothingFound: "there is no {kind} {id}",
    facts.EpochWithoutNumber: "--epoch was given without --number; give both options, or only --number",
    facts.EpochReasonMalformed: "the reason for a new epoch must have 1 to {chars_max} characters",
    facts.FileUnreadable: "{file} cannot be read: {error}",
    facts.NoProof: (
        "{file} does not contain a proof ({error}); give a file with the output of `refunds audit prove --json`"
    ),
    facts.ProofOfOtherFormat: (
        "{file} is a proof of format {found}, but this release reads format {known}; use a release that reads format "
        "{found}"
    ),
    facts.ProofNotHexadecimal: (
        "the proof contains a hash that is not a hexadecimal number; give a file with the output of `refunds audit "
        "prove --json`"
    ),
    facts.AnchorInvalid: "{file} does not contain the text of an anchor: {error}",
    # what was given
    facts.TokenNeeded: "--url was given without a token; give --token, or set REFUNDS_TOKEN",
    facts.NotAnId: "{text} is not a valid id",
    facts.CurrencyUnknown: "/currency: {currency} is not an ISO 4217 currency",
    facts.AmountMalformed: "/amount: {error}",
    facts.AmountNotPositive: "/amount: the amount must be more than {zero} {currency}",
    facts.PaymentIdGiven: (
        "{id} is the id of a payment, but this command takes the id of a refund; `refunds refund list --payment {id}` "
        "shows the refunds of this payment"
    ),
    facts.RefundIdGiven: (
        "{id} is the id of a refund, but this command takes the id of a payment; `refunds refund get {id}` names the "
        "payment of this refund"
    ),
    facts.SandboxTokenUnknown: (
        "the sandbox gateway has no behaviour {text}; give one of {known}, or tok_refused_ with an error code after "
        "it, such as tok_refused_do_not_honor"
    ),
    facts.AmountNeedsCurrency: "an amount was given without its currency; also give --currency",
    facts.ValueNotJson: (
        '/value: {text} is not JSON; write a value such as 90, true, ["balance"] or {{"USD": 100000}} ({error})'
    ),
    facts.IssuerKeyUnreadable: (
        "the key {file}, which signs tokens, cannot be read: {error}; check that this user may read the file"
    ),
    facts.SubjectEmpty: "--sub is empty; give the id of the person or program that will use the token",
    facts.ScopeMalformed: "--scope {scope} is neither the id of a tenant, such as mer_01, nor `platform`",
    facts.TenantUnknown: "the running instance has no tenant {scope}",
    facts.NoSuchWebhook: (
        "no webhook {webhook_id} of {gateway} waits for an operator; `refunds webhooks unread` lists the webhooks that "
        "wait"
    ),
}


def line_of(fact: facts.CommandFact) -> str:
    """Returns the line for a fact. The line does not begin with the name of the program."""
    return fill(COMMAND_TEXTS[type(fact)], fact)
