"""The facts that stop the sandbox gateway or refuse a call.

Their texts are for people; of HTTP, they know only the status.

SandboxError
├── ConfigInvalid        every mistake of the environment, together
├── FolderUnusable       the data folder cannot be made, read or written
├── FolderInUse          another sandbox holds the data folder
├── JournalDamaged       the books on disk were changed or a line is incomplete
├── JournalFailed        the books could not be written; the sandbox must stop
├── AddressTaken         host and port cannot be listened on
└── CallRefused          one call breaks a rule; answered with `status` and `code`
"""


class SandboxError(Exception):
    """Parent of all errors; `str()` gives one clear line."""


class ConfigInvalid(SandboxError):
    """All mistakes found in the environment, one sentence each."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("sandbox configuration: " + "; ".join(mistakes))
        self.mistakes = mistakes


class FolderUnusable(SandboxError):
    """The data folder cannot be used; `why` is the system's message."""

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(f"sandbox data folder {folder} cannot be used: {why}")


class FolderInUse(SandboxError):
    """Another sandbox uses the folder; two would write contradictory books."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"another sandbox is using the data folder {folder}")


class JournalDamaged(SandboxError):
    """The journal's line `line` (from 1) is not the one that was written."""

    def __init__(self, path: str, line: int, why: str) -> None:
        super().__init__(f"sandbox journal {path} is damaged at line {line}: {why}")


class JournalFailed(SandboxError):
    """A write or flush of the journal failed; its entries are not booked."""

    def __init__(self, why: str) -> None:
        super().__init__(f"sandbox journal could not be written: {why}")


class AddressTaken(SandboxError):
    """The sandbox cannot listen on the address."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(f"sandbox cannot listen on {host}:{port}: {why}")


class CallRefused(SandboxError):
    """A call that is answered with an error and leaves the books unchanged."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 400,
        field: str | None = None,
        rule: str | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.field = field
        self.rule = rule
        self.retry_after_s = retry_after_s
