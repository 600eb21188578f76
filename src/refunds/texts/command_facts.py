"""Why a command fails: one class a case. Pure.

Their texts are in `command_texts`; the command line prints them as one line.
"""

from msgspec import Struct


class CommandFact(Struct, frozen=True, kw_only=True):
    """One case."""


class NoInstance(CommandFact, frozen=True, kw_only=True):
    """No ready file is there."""

    ready_file: str


class ReadyFileUnreadable(CommandFact, frozen=True, kw_only=True):
    """The ready file cannot be read."""

    ready_file: str
    error: str


class InstanceGone(CommandFact, frozen=True, kw_only=True):
    """The instance of the ready file was killed."""

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
    """The response is of another form than the API's."""

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
    """The database answers with an error."""

    reason: str


class MigrationLeaseLost(CommandFact, frozen=True, kw_only=True):
    """The migration lost its lease."""


class RebuildNotOrdered(CommandFact, frozen=True, kw_only=True):
    """The position of the relay changed at each write of the order."""


class RebuildNotBegun(CommandFact, frozen=True, kw_only=True):
    """No process does the rebuild."""


class BooksUnavailable(CommandFact, frozen=True, kw_only=True):
    """The gateway's books do not answer."""

    url: str


class NotInstalled(CommandFact, frozen=True, kw_only=True):
    """The command belongs to an extra."""

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
    """An epoch alone names no anchor."""


class EpochReasonMalformed(CommandFact, frozen=True, kw_only=True):
    """An epoch without a reason, or with too long a one."""

    chars_max: int


class FileUnreadable(CommandFact, frozen=True, kw_only=True):
    """A file cannot be read."""

    file: str
    error: str


class NoProof(CommandFact, frozen=True, kw_only=True):
    """A file holds no proof."""

    file: str
    error: str


class ProofOfOtherFormat(CommandFact, frozen=True, kw_only=True):
    """A proof has a format of another release."""

    file: str
    found: int
    known: int


class ProofNotHexadecimal(CommandFact, frozen=True, kw_only=True):
    """A hash of a proof is not hexadecimal."""


class AnchorInvalid(CommandFact, frozen=True, kw_only=True):
    """An anchor in a file is not valid."""

    file: str
    error: str


class TokenNeeded(CommandFact, frozen=True, kw_only=True):
    """An address without a token."""


class NotAnId(CommandFact, frozen=True, kw_only=True):
    """A text that cannot be part of a path."""

    text: str


class CurrencyUnknown(CommandFact, frozen=True, kw_only=True):
    """A code that is no currency."""

    currency: str


class AmountMalformed(CommandFact, frozen=True, kw_only=True):
    """An amount that its currency does not have."""

    error: str


class AmountNotPositive(CommandFact, frozen=True, kw_only=True):
    """An amount that is not more than zero, which is written in its currency."""

    zero: str
    currency: str


class PaymentIdGiven(CommandFact, frozen=True, kw_only=True):
    """A payment's id in the place of a refund's."""

    id: str


class RefundIdGiven(CommandFact, frozen=True, kw_only=True):
    """A refund's id in the place of a payment's."""

    id: str


class SandboxTokenUnknown(CommandFact, frozen=True, kw_only=True):
    """The sandbox gateway has no behaviour of this name."""

    text: str
    known: tuple[str, ...]


class AmountNeedsCurrency(CommandFact, frozen=True, kw_only=True):
    """An amount without the currency that says how many digits it has."""


class ValueNotJson(CommandFact, frozen=True, kw_only=True):
    """The value of a parameter is not JSON."""

    text: str
    error: str


class IssuerKeyUnreadable(CommandFact, frozen=True, kw_only=True):
    """The key that signs tokens cannot be read."""

    file: str
    error: str


class SubjectEmpty(CommandFact, frozen=True, kw_only=True):
    """A token without a subject."""


class ScopeMalformed(CommandFact, frozen=True, kw_only=True):
    """A scope that is no tenant's id."""

    scope: str


class TenantUnknown(CommandFact, frozen=True, kw_only=True):
    """The instance has no such tenant."""

    scope: str


class NoSuchWebhook(CommandFact, frozen=True, kw_only=True):
    """No webhook of this id waits for an operator."""

    gateway: str
    webhook_id: str
