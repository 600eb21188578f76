"""Reads the sandbox's configuration from the environment. The main module calls this module once.

All mistakes are reported together. No secret is printed.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from refunds_embedded.sandbox.errors import ConfigInvalid

PREFIX = "REFUNDS_SANDBOX_"
WEBHOOK_URL_FORM = re.compile(r"https?://[^\s/]+\S*")
SIGNING_PREFIX = "whsec_"
SECRET_BYTES_MIN = 16
FLAGS = {"0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxConfig:
    """The configuration of one sandbox. The name of a number ends in its unit, if the number has one."""

    host: str
    port: int
    data_dir: Path
    webhook_url: str
    webhook_secret: str = field(repr=False)
    api_key: str = field(repr=False)
    webhook_always: bool
    delay_ms: int
    hold_ms: int
    faults_first: int
    retry_after_s: int
    key_lifetime_s: int
    webhook_timeout_ms: int
    webhook_backoff_min_ms: int
    webhook_backoff_max_ms: int
    webhook_attempts_max: int
    webhook_concurrency_max: int
    webhooks_open_max: int
    body_bytes_max: int
    held_answers_max: int
    connections_max: int
    payment_refunds_max: int
    refunds_max: int
    flush_gap_ms: int
    drain_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSetting:
    """A setting whose value is a text. If `default` is None, the setting is required."""

    name: str
    default: str | None
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSetting:
    """A setting whose value is a whole number from `low` to `high`."""

    name: str
    default: int
    low: int
    high: int
    meaning: str


def _number(name: str, default: int, low: int, high: int, meaning: str) -> NumberSetting:
    return NumberSetting(name=name, default=default, low=low, high=high, meaning=meaning)


TEXT_SETTINGS: tuple[TextSetting, ...] = (
    TextSetting(name="HOST", default="127.0.0.1", meaning="address to listen on"),
    TextSetting(name="DATA_DIR", default=None, meaning="folder of the books; one sandbox at a time"),
    TextSetting(name="WEBHOOK_URL", default="", meaning="where webhooks go; none are owed when empty"),
    TextSetting(name="WEBHOOK_SECRET", default="", meaning="`whsec_` and base64; needed with a webhook URL"),
    TextSetting(name="API_KEY", default="", meaning="when set, calls need `Authorization: Bearer <key>`"),
    TextSetting(
        name="WEBHOOK_ALWAYS",
        default="0",
        meaning="1: every booked refund sends a webhook at once too",
    ),
)

NUMBER_SETTINGS: tuple[NumberSetting, ...] = (
    _number("PORT", 8090, 1, 65_535, "port to listen on"),
    _number("DELAY_MS", 300, 0, 3_600_000, "delay of pending, slow and late outcomes"),
    _number("HOLD_MS", 30_000, 0, 600_000, "how long a call without an answer is held open (real time)"),
    _number(
        "FAULTS_FIRST",
        1,
        0,
        1_000,
        "N: calls of a reference that meet tok_rate_limited or tok_error_500",
    ),
    _number("RETRY_AFTER_S", 1, 0, 3_600, "`Retry-After` of every 429 and 503"),
    _number("KEY_LIFETIME_S", 86_400, 1, 10**8, "how long an idempotency key is known; then it books anew"),
    _number("WEBHOOK_TIMEOUT_MS", 5_000, 10, 60_000, "time for one delivery of a webhook"),
    _number(
        "WEBHOOK_BACKOFF_MIN_MS",
        200,
        1,
        3_600_000,
        "wait after the first failed delivery, doubled each time",
    ),
    _number("WEBHOOK_BACKOFF_MAX_MS", 10_000, 1, 86_400_000, "longest wait between two deliveries"),
    _number(
        "WEBHOOK_ATTEMPTS_MAX",
        10_000,
        1,
        1_000_000,
        "deliveries of one webhook before it is given up",
    ),
    _number("WEBHOOK_CONCURRENCY_MAX", 16, 1, 256, "deliveries at the same time"),
    _number(
        "WEBHOOKS_OPEN_MAX",
        100_000,
        1,
        10_000_000,
        "webhooks owed before calls that owe one get 429",
    ),
    _number("BODY_BYTES_MAX", 32_768, 256, 1_048_576, "longest request body"),
    _number(
        "HELD_ANSWERS_MAX",
        1_024,
        1,
        100_000,
        "answers delayed or withheld at the same time; then 429",
    ),
    _number("CONNECTIONS_MAX", 4_096, 1, 65_536, "connections served at the same time"),
    _number("PAYMENT_REFUNDS_MAX", 10_000, 1, 1_000_000, "refunds booked on one payment"),
    _number("REFUNDS_MAX", 5_000_000, 1, 100_000_000, "refunds in the books; then 503"),
    _number(
        "FLUSH_GAP_MS",
        10,
        0,
        100,
        "how long a flush of the books waits for more refunds to share it",
    ),
    _number("DRAIN_MS", 3_000, 0, 60_000, "time for open calls to end after SIGTERM"),
)


def read_config(environ: Mapping[str, str]) -> SandboxConfig:
    """Returns the configuration in `environ`. Raises ConfigInvalid, which lists all mistakes."""
    mistakes: list[str] = []
    texts = {setting.name: _text(environ, setting, mistakes) for setting in TEXT_SETTINGS}
    numbers = {setting.name.lower(): _whole(environ, setting, mistakes) for setting in NUMBER_SETTINGS}
    webhook_always = _flag(texts, mistakes)
    _check_webhooks(texts, numbers, mistakes)
    if mistakes:
        raise ConfigInvalid(tuple(mistakes))
    return SandboxConfig(
        host=texts["HOST"],
        data_dir=Path(texts["DATA_DIR"]),
        webhook_url=texts["WEBHOOK_URL"],
        webhook_secret=texts["WEBHOOK_SECRET"],
        api_key=texts["API_KEY"],
        webhook_always=webhook_always,
        **numbers,
    )


def _text(environ: Mapping[str, str], setting: TextSetting, mistakes: list[str]) -> str:
    value = environ.get(PREFIX + setting.name, setting.default or "").strip()
    if not value and (setting.default is None or setting.name == "HOST"):
        mistakes.append(f"{PREFIX}{setting.name} must be given ({setting.meaning})")
    return value


def _whole(environ: Mapping[str, str], setting: NumberSetting, mistakes: list[str]) -> int:
    value = environ.get(PREFIX + setting.name, str(setting.default)).strip()
    is_whole = value.isascii() and value.isdigit() and len(value) <= len(str(setting.high))
    if not is_whole or not setting.low <= int(value) <= setting.high:
        mistakes.append(f"{PREFIX}{setting.name} must be a whole number from {setting.low} to {setting.high}")
        return setting.default
    return int(value)


def _flag(texts: Mapping[str, str], mistakes: list[str]) -> bool:
    value = texts["WEBHOOK_ALWAYS"].lower()
    if value not in FLAGS:
        mistakes.append(f"{PREFIX}WEBHOOK_ALWAYS must be 0 or 1")
    return FLAGS.get(value, False)


def _check_webhooks(texts: Mapping[str, str], numbers: Mapping[str, int], mistakes: list[str]) -> None:
    if texts["WEBHOOK_URL"] and not WEBHOOK_URL_FORM.fullmatch(texts["WEBHOOK_URL"]):
        mistakes.append(f"{PREFIX}WEBHOOK_URL must be an http or https URL")
    if texts["WEBHOOK_SECRET"] and not _is_secret(texts["WEBHOOK_SECRET"]):
        mistakes.append(f"{PREFIX}WEBHOOK_SECRET must be whsec_ and base64 of at least {SECRET_BYTES_MIN} bytes")
    if texts["WEBHOOK_URL"] and not texts["WEBHOOK_SECRET"]:
        mistakes.append(f"{PREFIX}WEBHOOK_SECRET must be given with {PREFIX}WEBHOOK_URL")
    if numbers["webhook_backoff_min_ms"] > numbers["webhook_backoff_max_ms"]:
        mistakes.append(f"{PREFIX}WEBHOOK_BACKOFF_MIN_MS must not exceed {PREFIX}WEBHOOK_BACKOFF_MAX_MS")


def _is_secret(secret: str) -> bool:
    if not secret.startswith(SIGNING_PREFIX):
        return False
    try:
        key = base64.b64decode(secret.removeprefix(SIGNING_PREFIX) + "==", validate=False)
    except binascii.Error:
        return False
    return len(key) >= SECRET_BYTES_MIN
