"""Defines where a process's secret is stored. This setting is read from the environment before all other settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSource:
    """The id of the secret, and the limits of AWS calls. The same limits hold for every other call to AWS."""

    secret_id: str = ""
    """Id of a secret in AWS Secrets Manager. A member with a setting's name replaces a variable that is not set."""
    aws_region: str = ""
    """AWS region of the secret."""
    aws_connect_timeout_s: float = 2.0
    """Longest wait for a connection to AWS."""
    aws_read_timeout_s: float = 5.0
    """Longest wait for an answer from AWS."""
    aws_tries_max: int = 3
    """Maximum number of tries of one AWS call."""

    def __post_init__(self) -> None:
        if self.secret_id and not self.aws_region:
            raise ValueError("REFUNDS_AWS_REGION is missing while REFUNDS_SECRET_ID is set")
