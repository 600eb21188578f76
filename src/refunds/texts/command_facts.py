"""Defines the reasons why a command of the command line fails, as one class per reason.

`command_texts` has their texts. The command line prints a text as one line.
"""

from msgspec import Struct


class CommandFact(Struct, frozen=True, kw_only=True):
    """The reason why a command failed. Each reason is a subclass."""


class NoInstance(CommandFact, frozen=True, kw_only=True):
    """No instance runs here. The file in which a running instance publishes its addresses is missing."""

    ready_file: str


class ReadyFileUnreadable(CommandFact, frozen=True, kw_only=True):
    """The file in which the running instance publishes its addresses cannot be read."""

    ready_file: str
    error: str


class InstanceGone(CommandFact, frozen=True, kw_only=True):
    """The instance that published its addresses no longer runs, because its launcher was killed."""

    ready_file: str
    pid: int


class NothingAnswers(CommandFact, frozen=True, kw_only=True):
    """No process accepts connections at the address."""

    host: str
    port: int | None


class ConnectionFailed(CommandFact, frozen=True, kw_only=True):
    """A connection broke or took too long."""

    error: str


class AnswerUnexpected(CommandFact, frozen=True, kw_only=True):
    """The response does not have the form that the API describes."""

    error: str


class AnswerUnexplained(CommandFact, frozen=True, kw_only=True):
    """The response is an error that gives no reason."""

    status: int


class UriUnusable(CommandFact, frozen=True, kw_only=True):
    """The address of the database cannot be used."""

    reason: str


class UserRefused(CommandFact, frozen=True, kw_only=True):
    """The database refuses the user or the password."""


class DatabaseUnavailable(CommandFact, frozen=True, kw_only=True):
    """The database does not answer."""


class WriteUnknown(CommandFact, frozen=True, kw_only=True):
    """The outcome of a write is not known."""


class DatabaseRefuses(CommandFact, frozen=True, kw_only=True):
    """The database answered a command with an error."""

    reason: str


class MigrationLeaseLost(CommandFact, frozen=True, kw_only=True):
    """The migration lost its lease, perhaps to another migration."""


class RebuildNotOrdered(CommandFact, frozen=True, kw_only=True):
    """A rebuild could not be requested. At each attempt, the relay moved its stored position at the same time."""


class RebuildNotBegun(CommandFact, frozen=True, kw_only=True):
    """The rebuild is requested, but no process carries it out."""


class BooksUnavailable(CommandFact, frozen=True, kw_only=True):
    """The gateway from which the books are read does not answer."""

    url: str


class NotInstalled(CommandFact, frozen=True, kw_only=True):
    """The command needs an extra of the package, and this extra is not installed."""

    name: str
    extra: str


class AnchorsUnreadable(CommandFact, frozen=True, kw_only=True):
    """The anchors or the key that signs the anchors cannot be read."""

    data_dir: str


class AnchorKeyUnreadable(CommandFact, frozen=True, kw_only=True):
    """The key that signs the anchors cannot be read."""

    data_dir: str


class NothingFound(CommandFact, frozen=True, kw_only=True):
    """The database has nothing of this kind with this id."""

    kind: str
    id: str


class EpochWithoutNumber(CommandFact, frozen=True, kw_only=True):
    """The option --epoch was given without --number, the number of an anchor."""


class EpochReasonMalformed(CommandFact, frozen=True, kw_only=True):
    """The reason for a new epoch of anchors is empty or too long."""

    chars_max: int


class FileUnreadable(CommandFact, frozen=True, kw_only=True):
    """A file cannot be read."""

    file: str
    error: str


class NoProof(CommandFact, frozen=True, kw_only=True):
    """A file does not contain a proof."""

    file: str
    error: str


class ProofOfOtherFormat(CommandFact, frozen=True, kw_only=True):
    """A proof has a format that this release does not read."""

    file: str
    found: int
    known: int


class ProofNotHexadecimal(CommandFact, frozen=True, kw_only=True):
    """A hash in a proof is not hexadecimal."""


class AnchorInvalid(CommandFact, frozen=True, kw_only=True):
    """The text of an anchor in a file is not valid."""

    file: str
    error: str


class TokenNeeded(CommandFact, frozen=True, kw_only=True):
    """The address of a service was given without an access token."""


class NotAnId(CommandFact, frozen=True, kw_only=True):
    """The text is not an id, because it cannot be part of a URL path."""

    text: str


class CurrencyUnknown(CommandFact, frozen=True, kw_only=True):
    """No currency has this code."""

    currency: str


class AmountMalformed(CommandFact, frozen=True, kw_only=True):
    """The text is not an amount in the given currency."""

    error: str


class AmountNotPositive(CommandFact, frozen=True, kw_only=True):
    """The amount is zero or less."""

    zero: str
    currency: str


class PaymentIdGiven(CommandFact, frozen=True, kw_only=True):
    """The id of a payment was given, but the command needs the id of a refund."""

    id: str


class RefundIdGiven(CommandFact, frozen=True, kw_only=True):
    """The id of a refund was given, but the command needs the id of a payment."""

    id: str


class SandboxTokenUnknown(CommandFact, frozen=True, kw_only=True):
    """The sandbox gateway has no behavior with this name."""

    text: str
    known: tuple[str, ...]


class AmountNeedsCurrency(CommandFact, frozen=True, kw_only=True):
    """An amount was given without its currency. The currency determines the number of decimals."""


class ValueNotJson(CommandFact, frozen=True, kw_only=True):
    """The value of a parameter is not JSON."""

    text: str
    error: str


class IssuerKeyUnreadable(CommandFact, frozen=True, kw_only=True):
    """The key that signs tokens cannot be read."""

    file: str
    error: str


class SubjectEmpty(CommandFact, frozen=True, kw_only=True):
    """The subject for a new token is empty."""


class ScopeMalformed(CommandFact, frozen=True, kw_only=True):
    """The given scope is not the id of a tenant."""

    scope: str


class TenantUnknown(CommandFact, frozen=True, kw_only=True):
    """The running instance does not have the tenant that was given as scope."""

    scope: str


class NoSuchWebhook(CommandFact, frozen=True, kw_only=True):
    """No webhook with this id waits for an operator."""

    gateway: str
    webhook_id: str
