"""The settings that every service process reads from its environment, once, at its start."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from typing import Literal

from refunds.domain.attempt.gateway_profiles import PROFILES, GatewayProfile, Profiles
from refunds.domain.settings.lease_bounds import GATEWAY_CALL_MAX_S, GATEWAY_LEASE_MIN_S
from refunds.kit.config import Secret
from refunds.kit.webhook_keys import keys_of
from refunds.runtime.loops.workers import CANCEL_WAIT_S, TAKERS_END_S

ANSWER_STORED_S = 2.0
"""After a gateway's time-out, a call in flight has this long to store its outcome."""

BODY_BYTES_HELD_MIN = 20 * 1024 * 1024
"""So that the largest file finds room."""

CLOSE_S = 2.0
"""How long letting go of connections may take at a stop, twice: those of the services, then those of the process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """Environment variables are these names in capitals after `REFUNDS_`; seconds where the name ends in `_s`.

    At a stop, requests have `drain_s` and loops with their work `work_drain_s`, side by side; then accepted writes have
    another `drain_s`. `sandbox_webhook_secret` is one secret, or several separated by spaces while it is rotated.
    """

    mongodb_uri: Secret
    mongodb_database: str = "refunds"
    redis_uri: Secret = Secret("")
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    hints: Literal["memory", "redis", "sqs"] = "memory"
    review_queue_url: str = ""
    submit_queue_url: str = ""
    event_bus_name: str = ""
    sandbox_url: str = ""
    sandbox_webhook_secret: Secret = Secret("")
    sandbox_key_lifetime_s: int = PROFILES["sandbox"].key_lifetime_s
    issuer_key_file: Path | None = None
    jwks_url: str = ""
    anchors_folder: Path | None = None
    anchor_key_file: Path | None = None
    anchor_bucket: str = ""
    anchor_key_id: str = ""
    anchor_every_s: float = 60.0
    sample: bool = False
    review_at_once: bool = True
    gateway_timeout_s: float = 10.0
    gateway_connections_max: int = 256
    submissions_at_once_max: int = 128
    store_timeout_s: float = 10.0
    store_connections_max: int = 32
    writes_waiting_max: int = 10_000
    requests_in_flight_max: int = 4096
    body_bytes_held_max: int = 64 * 1024 * 1024
    rate_window_s: int = 10
    rate_tenant_requests_max: int = 10_000
    rate_platform_requests_max: int = 1_000_000
    snapshot_pause_s: float = 0.5
    issuer: str = "brik-refunds-dev"
    audience: str = "brik-refunds"
    aws_region: str = ""
    aws_connect_timeout_s: float = 2.0
    aws_read_timeout_s: float = 5.0
    aws_tries_max: int = 3
    aws_connections_max: int = 32
    drain_s: float = 8.0
    work_drain_s: float = 16.0
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def __post_init__(self) -> None:
        """ValueError with every mistake. A zero would mean no time limit at all, or work that never starts."""
        numbers = {name: value for name, value in asdict(self).items() if type(value) in (int, float)}
        mistakes = [f"REFUNDS_{name.upper()} must be more than 0" for name, n in numbers.items() if not 0 < n < inf]
        mistakes += [f"{needed} is missing while {why}" for needed, why in self._missing()]
        mistakes += self._times_of_calls()
        mistakes += self._contradictions()
        if self.sandbox_webhook_secret:
            mistakes += _wrong_secrets("REFUNDS_SANDBOX_WEBHOOK_SECRET", self.sandbox_webhook_secret)
        if mistakes:
            raise ValueError("; ".join(mistakes))

    @property
    def gateway_profiles(self) -> Profiles:
        """What each gateway allows; the sandbox's profile comes from the variable that configures the sandbox, too."""
        return {**PROFILES, "sandbox": GatewayProfile(key_lifetime_s=self.sandbox_key_lifetime_s)}

    @property
    def needs_aws(self) -> bool:
        """True if any part of this process is on AWS."""
        return self.hints == "sqs" or bool(self.event_bus_name or self.anchor_bucket)

    @property
    def stop_within_s(self) -> float:
        """The longest duration of a stop; a supervisor must wait longer before it kills the process."""
        return max(self.drain_s, self.work_drain_s + CANCEL_WAIT_S) + self.drain_s + 2 * CLOSE_S

    def _missing(self) -> Iterator[tuple[str, str]]:
        """Settings that are needed because of others."""
        if self.hints == "redis" and not self.redis_uri:
            yield "REFUNDS_REDIS_URI", "REFUNDS_HINTS is redis"
        if self.hints == "sqs" and not self.review_queue_url:
            yield "REFUNDS_REVIEW_QUEUE_URL", "REFUNDS_HINTS is sqs"
        if self.hints == "sqs" and not self.submit_queue_url:
            yield "REFUNDS_SUBMIT_QUEUE_URL", "REFUNDS_HINTS is sqs"
        if self.needs_aws and not self.aws_region:
            yield "REFUNDS_AWS_REGION", "something of AWS is used"
        if self.sandbox_url and not self.sandbox_webhook_secret:
            yield "REFUNDS_SANDBOX_WEBHOOK_SECRET", "REFUNDS_SANDBOX_URL is set"

    def _times_of_calls(self) -> Iterator[str]:
        """Checks the duration of a gateway call against the times that must be longer."""
        call_ends_s = self.gateway_timeout_s + ANSWER_STORED_S + TAKERS_END_S + CANCEL_WAIT_S
        if self.sandbox_url and self.work_drain_s < call_ends_s:
            yield f"REFUNDS_WORK_DRAIN_S must be at least {call_ends_s:g}: a call in flight at a gateway is not cut"
        if self.gateway_timeout_s > GATEWAY_CALL_MAX_S:
            longer = f"gateway_lease_s, of at least {GATEWAY_LEASE_MIN_S} s, must outlast a call by a margin"
            yield f"REFUNDS_GATEWAY_TIMEOUT_S must be at most {GATEWAY_CALL_MAX_S}: {longer}"

    def _contradictions(self) -> Iterator[str]:
        """Settings that exclude or need each other."""
        if self.body_bytes_held_max < BODY_BYTES_HELD_MIN:
            yield f"REFUNDS_BODY_BYTES_HELD_MAX must be at least {BODY_BYTES_HELD_MIN}: a tenant may hold half of it"
        if self.jwks_url and self.issuer_key_file is not None:
            yield "REFUNDS_JWKS_URL and REFUNDS_ISSUER_KEY_FILE are both set: one issuer is believed"
        if self.jwks_url and not self.jwks_url.startswith(("https://", "http://127.0.0.1")):
            yield "REFUNDS_JWKS_URL must begin with https://"
        if (self.anchors_folder is None) is not (self.anchor_key_file is None):
            yield "REFUNDS_ANCHORS_FOLDER and REFUNDS_ANCHOR_KEY_FILE go together"
        if bool(self.anchor_bucket) is not bool(self.anchor_key_id):
            yield "REFUNDS_ANCHOR_BUCKET and REFUNDS_ANCHOR_KEY_ID go together"
        if self.anchor_bucket and self.anchors_folder is not None:
            yield "REFUNDS_ANCHOR_BUCKET and REFUNDS_ANCHORS_FOLDER exclude each other"


def _wrong_secrets(name: str, secrets: Secret) -> Iterator[str]:
    try:
        keys_of(secrets)
    except ValueError as mistake:
        yield f"{name} {mistake}"
