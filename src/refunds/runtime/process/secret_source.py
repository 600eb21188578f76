"""Where a process's secret is stored; read from the environment before everything else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSource:
    """The secret's id; the limits are those of every call to AWS."""

    secret_id: str = ""
    aws_region: str = ""
    aws_connect_timeout_s: float = 2.0
    aws_read_timeout_s: float = 5.0
    aws_tries_max: int = 3

    def __post_init__(self) -> None:
        if self.secret_id and not self.aws_region:
            raise ValueError("REFUNDS_AWS_REGION is missing while REFUNDS_SECRET_ID is set")
