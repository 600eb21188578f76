"""Defines the settings that locate a process's secret. They are read from the environment before all others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSource:
    """The id of the secret, and the limits of calls to AWS. The same limits apply to all AWS calls of the process."""

    secret_id: str = ""
    """Id of a secret in AWS Secrets Manager. Its JSON members, named like settings, replace unset variables."""
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
