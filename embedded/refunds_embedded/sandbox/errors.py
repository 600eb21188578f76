"""The errors that stop the sandbox gateway or refuse a call. An error knows its HTTP status but no HTTP objects.

SandboxError
├── ConfigInvalid        lists every mistake of the environment
├── FolderUnusable       the data folder cannot be created, read or written
├── FolderInUse          another sandbox uses the data folder
├── JournalDamaged       the books on disk were changed, or a line is malformed
├── JournalFailed        the books could not be written, so the sandbox must stop
├── AddressTaken         the sandbox cannot listen on the host and port
└── CallRefused          one call breaks a rule and gets an error response
"""


class SandboxError(Exception):
    """The base class of all errors of the sandbox. `str()` gives one clear line."""


class ConfigInvalid(SandboxError):
    """The environment has mistakes. `mistakes` has one sentence for each mistake."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("sandbox configuration: " + "; ".join(mistakes))
        self.mistakes = mistakes


class FolderUnusable(SandboxError):
    """The data folder cannot be used. `why` is the operating system's message."""

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(f"sandbox data folder {folder} cannot be used: {why}")


class FolderInUse(SandboxError):
    """Another sandbox uses the folder. Two sandboxes would write contradictory books."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"another sandbox is using the data folder {folder}")


class JournalDamaged(SandboxError):
    """A line of the journal is not the line that was written. `line` counts from 1."""

    def __init__(self, path: str, line: int, why: str) -> None:
        super().__init__(f"sandbox journal {path} is damaged at line {line}: {why}")


class JournalFailed(SandboxError):
    """A write or flush of the journal failed, so the entries are not booked."""

    def __init__(self, why: str) -> None:
        super().__init__(f"sandbox journal could not be written: {why}")


class AddressTaken(SandboxError):
    """The sandbox cannot listen on the address."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(f"sandbox cannot listen on {host}:{port}: {why}")


class CallRefused(SandboxError):
    """A call gets an error response and leaves the books unchanged."""

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
