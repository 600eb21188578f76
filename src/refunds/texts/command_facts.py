"""Why a command fails: one class a case. Pure.

Their texts are in `command_texts`; the command line prints them as one line.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFact:
    """One case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoInstance(CommandFact):
    """No ready file is there."""

    ready_file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyFileUnreadable(CommandFact):
    """The ready file cannot be read."""

    ready_file: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceGone(CommandFact):
    """The instance of the ready file was killed."""

    ready_file: str
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingAnswers(CommandFact):
    """No process accepts connections at the address."""

    host: str
    port: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFailed(CommandFact):
    """A connection broke, or took too long."""

    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerUnexpected(CommandFact):
    """The response is of another form than the API's."""

    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UriUnusable(CommandFact):
    """The address of the database cannot be used."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRefused(CommandFact):
    """The database refuses the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseUnavailable(CommandFact):
    """The database does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteUnknown(CommandFact):
    """The outcome of a write is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRefuses(CommandFact):
    """The database answers with an error."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationLeaseLost(CommandFact):
    """The migration lost its lease."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildNotOrdered(CommandFact):
    """The position of the relay changed at each write of the order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildNotBegun(CommandFact):
    """No process does the rebuild."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksUnavailable(CommandFact):
    """The gateway's books do not answer."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInstalled(CommandFact):
    """The command belongs to an extra."""

    name: str
    extra: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorsUnreadable(CommandFact):
    """The anchors or their key cannot be read."""

    data_dir: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorKeyUnreadable(CommandFact):
    """The key of the anchors cannot be read."""

    data_dir: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingFound(CommandFact):
    """Nothing of this kind has this id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochWithoutNumber(CommandFact):
    """An epoch alone names no anchor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUnreadable(CommandFact):
    """A file cannot be read."""

    file: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoProof(CommandFact):
    """A file holds no proof."""

    file: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOfOtherFormat(CommandFact):
    """A proof has a format of another release."""

    file: str
    found: int
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofNotHexadecimal(CommandFact):
    """A hash of a proof is not hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorInvalid(CommandFact):
    """An anchor in a file is not valid."""

    file: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenNeeded(CommandFact):
    """An address without a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAnId(CommandFact):
    """A text that cannot be part of a path."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyUnknown(CommandFact):
    """A code that is no currency."""

    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountMalformed(CommandFact):
    """An amount that its currency does not have."""

    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueNotJson(CommandFact):
    """The value of a parameter is not JSON."""

    text: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerKeyUnreadable(CommandFact):
    """The key that signs tokens cannot be read."""

    file: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectEmpty(CommandFact):
    """A token without a subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeMalformed(CommandFact):
    """A scope that is no tenant's id."""

    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantUnknown(CommandFact):
    """The instance has no such tenant."""

    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchWebhook(CommandFact):
    """No webhook of this id waits for an operator."""

    gateway: str
    webhook_id: str
