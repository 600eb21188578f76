"""Where a process's secret is stored; read from the environment before all other settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSource:
    """The secret's id; the limits are those of every call to AWS."""

    secret_id: str = ""
    """Secret of AWS Secrets Manager. Its members, settings in small letters, replace variables that are not set."""
    aws_region: str = ""
    """AWS region of the secret."""
    aws_connect_timeout_s: float = 2.0
    """Longest wait for a connection to AWS."""
    aws_read_timeout_s: float = 5.0
    """Longest wait for an answer of AWS."""
    aws_tries_max: int = 3
    """Maximum number of tries of one AWS call."""

    def __post_init__(self) -> None:
        if self.secret_id and not self.aws_region:
            raise ValueError("REFUNDS_AWS_REGION is missing while REFUNDS_SECRET_ID is set")
