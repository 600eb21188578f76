"""A process that is configured wrongly says at its start on one line what is wrong, and does not run."""

import os
import subprocess
import sys

import pytest

from refunds.kit.config import ConfigurationMistakes, load
from refunds.runtime.process import process_runner
from refunds.runtime.process.settings import ServiceSettings


def test_wrong_environment_ends_with_2_and_one_line_of_all_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    code = process_runner.run_services("api", {"REFUNDS_PORT": "http", "REFUNDS_HINTS": "pigeons"}, ())

    line = capsys.readouterr().err
    assert code == 2
    assert line.count("\n") == 1
    assert all(name in line for name in ("REFUNDS_MONGODB_URI", "REFUNDS_PORT", "REFUNDS_HINTS"))


@pytest.mark.slow
def test_database_that_does_not_answer_ends_with_1_and_one_line() -> None:
    environ = {"REFUNDS_MONGODB_URI": "mongodb://127.0.0.1:1/?directConnection=true", "REFUNDS_STORE_TIMEOUT_S": "0.1"}

    ended = subprocess.run(
        [sys.executable, "-P", "-m", "refunds", "api"],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("api: the database does not answer")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "variable",
    ["GATEWAY_TIMEOUT_S", "SUBMISSIONS_AT_ONCE_MAX", "STORE_TIMEOUT_S", "DRAIN_S", "GATEWAY_CONNECTIONS_MAX"],
)
@pytest.mark.parametrize("value", ["0", "-1"])
def test_bound_of_nothing_is_refused(variable: str, value: str) -> None:
    """To the HTTP client a time-out of 0 is none at all, and a pool of 0 never has room."""
    with pytest.raises(ConfigurationMistakes, match=f"REFUNDS_{variable} must be more than 0"):
        load(ServiceSettings, {"REFUNDS_MONGODB_URI": "mongodb://x", f"REFUNDS_{variable}": value})


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_time_that_never_ends_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationMistakes, match="REFUNDS_GATEWAY_TIMEOUT_S"):
        load(ServiceSettings, {"REFUNDS_MONGODB_URI": "mongodb://x", "REFUNDS_GATEWAY_TIMEOUT_S": value})


def test_what_belongs_together_is_asked_for_together() -> None:
    environ = {"REFUNDS_MONGODB_URI": "x", "REFUNDS_HINTS": "redis", "REFUNDS_SANDBOX_URL": "http://127.0.0.1:1"}

    with pytest.raises(ConfigurationMistakes, match=r"REFUNDS_REDIS_URI.*REFUNDS_SANDBOX_WEBHOOK_SECRET"):
        load(ServiceSettings, environ)


@pytest.mark.parametrize(
    "address", ["refunds.example", "https://refunds.example/", "https://user@refunds.example", "ftp://x"]
)
def test_public_address_that_callers_cannot_use_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationMistakes, match="REFUNDS_PUBLIC_URL must be an address"):
        load(ServiceSettings, {"REFUNDS_MONGODB_URI": "x", "REFUNDS_PUBLIC_URL": address})


@pytest.mark.parametrize("address", ["https://refunds.example", "http://[::1]:8080", "https://pay.example/refunds", ""])
def test_public_address_may_have_a_path_or_be_absent(address: str) -> None:
    assert load(ServiceSettings, {"REFUNDS_MONGODB_URI": "x", "REFUNDS_PUBLIC_URL": address}).public_url == address


FIRST_SECRET = "whsec_dGhlIGZpcnN0IHNlY3JldCBvZiBhIHRlc3Q="

SECOND_SECRET = "whsec_dGhlIHNlY29uZCBvbmUgb2YgYSB0ZXN0"


def test_malformed_webhook_secret_is_reported_at_the_start_and_not_shown() -> None:
    environ = {"REFUNDS_MONGODB_URI": "x", "REFUNDS_SANDBOX_WEBHOOK_SECRET": f"{FIRST_SECRET} whsec_c2Vj?cmV0"}

    with pytest.raises(ConfigurationMistakes, match=r"REFUNDS_SANDBOX_WEBHOOK_SECRET .* place 2") as refused:
        load(ServiceSettings, environ)
    assert "c2Vj" not in str(refused.value)


def test_several_webhook_secrets_are_one_setting() -> None:
    secrets = f"{FIRST_SECRET} {SECOND_SECRET}"

    settings = load(ServiceSettings, {"REFUNDS_MONGODB_URI": "x", "REFUNDS_SANDBOX_WEBHOOK_SECRET": secrets})

    assert settings.sandbox_webhook_secret == secrets
    assert FIRST_SECRET[6:] not in repr(settings)
