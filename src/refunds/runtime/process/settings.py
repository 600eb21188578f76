"""Defines the settings that every service process reads once from its environment, at its start."""

import re
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
"""Seconds after a gateway's time-out in which a running call can store its outcome."""

BODY_BYTES_HELD_MIN = 20 * 1024 * 1024
"""The minimum memory for request bodies, in bytes, so that the largest file fits."""

_ADDRESS = re.compile(r"https?://[^\s/?#@]+(/[^\s/?#]+)*")

CLOSE_S = 2.0
"""Seconds that the services have to close connections at a stop. The process then has the same time again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """The settings of a service. The environment variable of a field is `REFUNDS_` and the field's name in capitals.

    A field whose name ends in `_s` is in seconds. When the process stops, requests have `drain_s` seconds to end.
    During this time, loops and their work have `work_drain_s` seconds. Then accepted writes have another `drain_s`
    seconds. `sandbox_webhook_secret` may have several secrets, separated by spaces, while a secret is replaced.
    """

    mongodb_uri: Secret
    """Connection string of MongoDB, with user and password if needed. MongoDB must be a replica set."""
    mongodb_database: str = "refunds"
    """Name of the database, which all services of an installation share."""
    redis_uri: Secret = Secret("")
    """Connection string of Redis. Without Redis, changed parameters are seen only after `snapshot_pause_s`."""
    host: str = "127.0.0.1"
    """Address on which the service listens."""
    port: int = 8080
    """Port on which the service listens."""
    public_url: str = ""
    """Address of the API for callers, e.g. https://refunds.example. `/openapi.json` names it as the server."""
    hints: Literal["memory", "redis", "sqs"] = "memory"
    """Sends hints about work within one process, through Redis or through SQS. A lost hint only delays work."""
    review_queue_url: str = ""
    """SQS queue of hints for the request-manager. It is needed if `hints` is `sqs`."""
    submit_queue_url: str = ""
    """SQS queue of hints for gateway-integration. It is needed if `hints` is `sqs`."""
    event_bus_name: str = ""
    """EventBridge bus for events. If it is empty, no events are published."""
    sandbox_url: str = ""
    """Address of the sandbox gateway. If it is empty, the sandbox is not connected."""
    sandbox_webhook_secret: Secret = Secret("")
    """Secret that signs the sandbox's webhooks. It consists of `whsec_` and a base64 text.

    While a secret is replaced, there are several secrets, separated by spaces.
    """
    sandbox_key_lifetime_s: int = PROFILES["sandbox"].key_lifetime_s
    """How long the sandbox remembers an idempotency key. After that time, no submission uses the key."""
    issuer_key_file: Path | None = None
    """File with the key of the embedded token issuer, as a JWK. The file is meant for development."""
    jwks_url: str = ""
    """Address of the public keys of your token issuer. It cannot be combined with `issuer_key_file`."""
    anchors_folder: Path | None = None
    """Folder for the anchors of the audit log. It needs `anchor_key_file`."""
    anchor_key_file: Path | None = None
    """File with the key that signs the anchors if a folder stores them. Keep the file apart from the database."""
    anchor_bucket: str = ""
    """S3 bucket that stores the anchors of the audit log, instead of a folder. It needs `anchor_key_id`."""
    anchor_key_id: str = ""
    """KMS key that signs anchors in the bucket."""
    anchor_every_s: float = 60.0
    """Pause between two anchors of the audit log."""
    sample: bool = False
    """If true, waits and time limits are short, for demonstrations. `refunds up --sample` sets this to true."""
    review_at_once: bool = True
    """If true, the api reviews a refund before it answers. Otherwise the request-manager reviews it afterwards."""
    gateway_timeout_s: float = 10.0
    """Time limit of a call to a gateway, at most 10. After that, the outcome is unknown and the gateway is queried."""
    gateway_connections_max: int = 256
    """Maximum number of connections to each gateway."""
    submissions_at_once_max: int = 128
    """Maximum number of simultaneous calls to gateways."""
    store_timeout_s: float = 10.0
    """Longest time for a call to the database."""
    store_connections_max: int = 32
    """Maximum number of connections to the database."""
    writes_waiting_max: int = 10_000
    """Maximum number of writes that wait for a payment or the database. More writes are refused with 429."""
    requests_in_flight_max: int = 4096
    """Maximum number of requests served at the same time. More requests are refused with 429."""
    connections_max: int = 2_048
    """Maximum number of open connections. More connections wait, without an answer, until one is closed."""
    new_work_wait_max_s: float = 0.5
    """Longest estimated wait of a request with an Idempotency-Key. If the wait would be longer, the answer is 429."""
    other_wait_max_s: float = 1.0
    """Longest estimated wait of any other request with a token. If the wait would be longer, the answer is 429."""
    requests_always_max: int = 64
    """Number of requests with, and of requests without, an Idempotency-Key that may begin at any estimated wait."""
    refusal_pause_max_s: float = 2.0
    """Longest pause before an answer with status 429. Answers are delayed only while many of them are sent."""
    body_bytes_held_max: int = 64 * 1024 * 1024
    """Maximum memory for bodies of running requests, at least 20 MiB. More bodies are refused with 429."""
    rate_window_s: int = 10
    """Length of the window in which the number of a tenant's requests is limited."""
    rate_tenant_requests_max: int = 10_000
    """Maximum number of requests of one tenant per window and process. More are refused with 429."""
    rate_platform_requests_max: int = 1_000_000
    """Maximum number of requests per window and process whose tokens belong to the platform."""
    snapshot_pause_s: float = 0.5
    """Pause between two checks for changed tenants and parameters."""
    issuer: str = "brik-refunds-dev"
    """The `iss` that tokens must have."""
    audience: str = "brik-refunds"
    """The `aud` that tokens must have."""
    aws_region: str = ""
    """AWS region. It is needed if the process uses any part of AWS."""
    aws_connect_timeout_s: float = 2.0
    """Longest wait for a connection to AWS."""
    aws_read_timeout_s: float = 5.0
    """Longest wait for an answer from AWS."""
    aws_tries_max: int = 3
    """Maximum number of tries of one AWS call."""
    aws_connections_max: int = 32
    """Maximum number of connections to each AWS service."""
    drain_s: float = 8.0
    """Time that running requests have to end at a stop. Accepted writes then have the same time to be stored."""
    work_drain_s: float = 16.0
    """Time that loops and their work have to end at a stop. It must be longer than a call to a gateway."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Lowest level of messages that are logged."""
    refused_log_level: Literal["debug", "info", "warning"] = "debug"
    """Log level of the event `request.refused` for 4xx answers. The statuses 401, 403 and 503 are always warnings."""

    def __post_init__(self) -> None:
        """Raises a ValueError that lists all mistakes in the settings.

        A number of zero is refused, because it would mean no time limit, or work that never starts.
        """
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
        """Returns the profile of each gateway. The sandbox's key lifetime comes from `sandbox_key_lifetime_s`."""
        return {**PROFILES, "sandbox": GatewayProfile(key_lifetime_s=self.sandbox_key_lifetime_s)}

    @property
    def needs_aws(self) -> bool:
        """True if any part of this process is on AWS."""
        return self.hints == "sqs" or bool(self.event_bus_name or self.anchor_bucket)

    @property
    def stop_within_s(self) -> float:
        """Returns the longest time in seconds that a stop takes. Supervisors must wait longer before they kill."""
        return max(self.drain_s, self.work_drain_s + CANCEL_WAIT_S) + self.drain_s + 2 * CLOSE_S

    def _missing(self) -> Iterator[tuple[str, str]]:
        """Yields the variable of each setting that is missing, and the reason why it is needed."""
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
        """Yields a mistake for each time limit that does not fit the duration of a call to a gateway."""
        call_ends_s = self.gateway_timeout_s + ANSWER_STORED_S + TAKERS_END_S + CANCEL_WAIT_S
        if self.sandbox_url and self.work_drain_s < call_ends_s:
            yield f"REFUNDS_WORK_DRAIN_S must be at least {call_ends_s:g}: a call in flight at a gateway is not cut"
        if self.gateway_timeout_s > GATEWAY_CALL_MAX_S:
            longer = f"gateway_lease_s, of at least {GATEWAY_LEASE_MIN_S} s, must outlast a call by a margin"
            yield f"REFUNDS_GATEWAY_TIMEOUT_S must be at most {GATEWAY_CALL_MAX_S}: {longer}"

    def _contradictions(self) -> Iterator[str]:
        """Yields a mistake for each invalid value, and for each combination of settings that is not allowed."""
        if self.body_bytes_held_max < BODY_BYTES_HELD_MIN:
            yield f"REFUNDS_BODY_BYTES_HELD_MAX must be at least {BODY_BYTES_HELD_MIN}: a tenant may hold half of it"
        if self.jwks_url and self.issuer_key_file is not None:
            yield "REFUNDS_JWKS_URL and REFUNDS_ISSUER_KEY_FILE are both set: one issuer is trusted"
        if self.jwks_url and not self.jwks_url.startswith(("https://", "http://127.0.0.1")):
            yield "REFUNDS_JWKS_URL must begin with https://"
        if self.public_url and not _ADDRESS.fullmatch(self.public_url):
            yield "REFUNDS_PUBLIC_URL must be an address as https://refunds.example, without a slash at its end"
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
