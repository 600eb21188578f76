"""What every service process reads from its environment, once, at its start."""

from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from typing import Literal

from refunds.kit.config import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """Variables are these names in capitals after `REFUNDS_`; seconds where the name ends in `_s`."""

    mongodb_uri: Secret
    mongodb_database: str = "refunds"
    redis_uri: Secret = Secret("")
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    hints: Literal["memory", "redis"] = "memory"
    sandbox_url: str = ""
    sandbox_webhook_secret: Secret = Secret("")
    issuer_key_file: Path | None = None
    jwks_url: str = ""
    anchors_folder: Path | None = None
    anchor_key_file: Path | None = None
    anchor_every_s: float = 5.0
    sample: bool = False
    review_at_once: bool = True
    gateway_timeout_s: float = 10.0
    gateway_connections_max: int = 128
    submissions_at_once_max: int = 128
    store_timeout_s: float = 10.0
    store_connections_max: int = 32
    writes_waiting_max: int = 10_000
    snapshot_pause_s: float = 0.5
    issuer: str = "brik-refunds-dev"
    audience: str = "brik-refunds"
    drain_s: float = 8.0
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def __post_init__(self) -> None:
        """ValueError with every mistake. A zero would mean no time-out at all, or work that never finds room."""
        numbers = {name: value for name, value in asdict(self).items() if type(value) in (int, float)}
        mistakes = [f"REFUNDS_{name.upper()} must be more than 0" for name, n in numbers.items() if not 0 < n < inf]
        if self.hints == "redis" and not self.redis_uri:
            mistakes.append("REFUNDS_REDIS_URI is missing while REFUNDS_HINTS is redis")
        if self.sandbox_url and not self.sandbox_webhook_secret:
            mistakes.append("REFUNDS_SANDBOX_WEBHOOK_SECRET is missing while REFUNDS_SANDBOX_URL is set")
        if self.jwks_url and self.issuer_key_file is not None:
            mistakes.append("REFUNDS_JWKS_URL and REFUNDS_ISSUER_KEY_FILE are both set: one issuer is believed")
        if self.jwks_url and not self.jwks_url.startswith(("https://", "http://127.0.0.1")):
            mistakes.append("REFUNDS_JWKS_URL must begin with https://")
        if (self.anchors_folder is None) is not (self.anchor_key_file is None):
            mistakes.append("REFUNDS_ANCHORS_FOLDER and REFUNDS_ANCHOR_KEY_FILE go together")
        if mistakes:
            raise ValueError("; ".join(mistakes))
