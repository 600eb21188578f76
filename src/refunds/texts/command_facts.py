"""Why a command of the command line fails: one class per case. Pure.

The texts are in `command_texts`; the command line prints them as one line.
"""

from msgspec import Struct


class CommandFact(Struct, frozen=True, kw_only=True):
    """The reason why a command failed; each case is a subclass."""


class NoInstance(CommandFact, frozen=True, kw_only=True):
    """There is no ready file: no instance runs here."""

    ready_file: str


class ReadyFileUnreadable(CommandFact, frozen=True, kw_only=True):
    """The ready file cannot be read."""

    ready_file: str
    error: str


class InstanceGone(CommandFact, frozen=True, kw_only=True):
    """The instance of the ready file no longer runs: its launcher was killed."""

    ready_file: str
    pid: int


class NothingAnswers(CommandFact, frozen=True, kw_only=True):
    """No process accepts connections at the address."""

    host: str
    port: int | None


class ConnectionFailed(CommandFact, frozen=True, kw_only=True):
    """A connection broke, or took too long."""

    error: str


class AnswerUnexpected(CommandFact, frozen=True, kw_only=True):
    """The response does not have the form that the API describes."""

    error: str


class AnswerUnexplained(CommandFact, frozen=True, kw_only=True):
    """The response is an error without a reason."""

    status: int


class UriUnusable(CommandFact, frozen=True, kw_only=True):
    """The address of the database cannot be used."""

    reason: str


class UserRefused(CommandFact, frozen=True, kw_only=True):
    """The database refuses the user."""


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
    """The order of a rebuild could not be stored, because the relay moved its position at each attempt."""


class RebuildNotBegun(CommandFact, frozen=True, kw_only=True):
    """The rebuild is ordered, but no process carries it out."""


class BooksUnavailable(CommandFact, frozen=True, kw_only=True):
    """The gateway's books do not answer."""

    url: str


class NotInstalled(CommandFact, frozen=True, kw_only=True):
    """The command belongs to an extra that is not installed."""

    name: str
    extra: str


class AnchorsUnreadable(CommandFact, frozen=True, kw_only=True):
    """The anchors or their key cannot be read."""

    data_dir: str


class AnchorKeyUnreadable(CommandFact, frozen=True, kw_only=True):
    """The key of the anchors cannot be read."""

    data_dir: str


class NothingFound(CommandFact, frozen=True, kw_only=True):
    """Nothing of this kind has this id."""

    kind: str
    id: str


class EpochWithoutNumber(CommandFact, frozen=True, kw_only=True):
    """An epoch was given without the number of an anchor."""


class EpochReasonMalformed(CommandFact, frozen=True, kw_only=True):
    """The reason of an epoch is empty or too long."""

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
    """A proof has the format of another release."""

    file: str
    found: int
    known: int


class ProofNotHexadecimal(CommandFact, frozen=True, kw_only=True):
    """A hash in a proof is not hexadecimal."""


class AnchorInvalid(CommandFact, frozen=True, kw_only=True):
    """An anchor in a file is not valid."""

    file: str
    error: str


class TokenNeeded(CommandFact, frozen=True, kw_only=True):
    """An address was given without a token."""


class NotAnId(CommandFact, frozen=True, kw_only=True):
    """The text cannot be an id, because it cannot be part of a path."""

    text: str


class CurrencyUnknown(CommandFact, frozen=True, kw_only=True):
    """The code is not a currency."""

    currency: str


class AmountMalformed(CommandFact, frozen=True, kw_only=True):
    """The text is not an amount in its currency."""

    error: str


class AmountNotPositive(CommandFact, frozen=True, kw_only=True):
    """The amount is not above zero."""

    zero: str
    currency: str


class PaymentIdGiven(CommandFact, frozen=True, kw_only=True):
    """The id of a payment was given instead of a refund's."""

    id: str


class RefundIdGiven(CommandFact, frozen=True, kw_only=True):
    """The id of a refund was given instead of a payment's."""

    id: str


class SandboxTokenUnknown(CommandFact, frozen=True, kw_only=True):
    """The sandbox gateway has no behaviour of this name."""

    text: str
    known: tuple[str, ...]


class AmountNeedsCurrency(CommandFact, frozen=True, kw_only=True):
    """An amount was given without a currency, which determines its digits."""


class ValueNotJson(CommandFact, frozen=True, kw_only=True):
    """The value of a parameter is not JSON."""

    text: str
    error: str


class IssuerKeyUnreadable(CommandFact, frozen=True, kw_only=True):
    """The key that signs tokens cannot be read."""

    file: str
    error: str


class SubjectEmpty(CommandFact, frozen=True, kw_only=True):
    """The subject of a token is empty."""


class ScopeMalformed(CommandFact, frozen=True, kw_only=True):
    """The scope is not the id of a tenant."""

    scope: str


class TenantUnknown(CommandFact, frozen=True, kw_only=True):
    """The instance has no such tenant."""

    scope: str


class NoSuchWebhook(CommandFact, frozen=True, kw_only=True):
    """No webhook of this id waits for an operator."""

    gateway: str
    webhook_id: str
