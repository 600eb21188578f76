"""Which environment makes a sandbox gateway, and what is said about a wrong one."""

import pytest
from sandbox_makers import SECRET, make_config

from refunds_embedded.sandbox.config import read_config
from refunds_embedded.sandbox.errors import ConfigInvalid


def test_only_the_data_folder_must_be_given() -> None:
    config = read_config({"REFUNDS_SANDBOX_DATA_DIR": "/tmp/books"})

    assert (config.host, config.port, config.webhook_url) == ("127.0.0.1", 8090, "")
    assert config.delay_ms <= 1_000


def test_all_mistakes_are_listed_together() -> None:
    environ = {
        "REFUNDS_SANDBOX_HOST": " ",
        "REFUNDS_SANDBOX_PORT": "http",
        "REFUNDS_SANDBOX_DELAY_MS": "-1",
        "REFUNDS_SANDBOX_HOLD_MS": "9" * 5_000,
        "REFUNDS_SANDBOX_WEBHOOK_URL": "ftp://x",
        "REFUNDS_SANDBOX_WEBHOOK_SECRET": "short",
        "REFUNDS_SANDBOX_WEBHOOK_ALWAYS": "perhaps",
        "REFUNDS_SANDBOX_WEBHOOK_BACKOFF_MIN_MS": "20000",
    }

    with pytest.raises(ConfigInvalid) as invalid:
        read_config(environ)

    named = [mistake.split()[0] for mistake in invalid.value.mistakes]
    assert sorted(named) == sorted([*environ, "REFUNDS_SANDBOX_DATA_DIR"])


def test_webhook_url_needs_a_secret() -> None:
    with pytest.raises(ConfigInvalid, match="WEBHOOK_SECRET must be given"):
        make_config(WEBHOOK_SECRET="")


@pytest.mark.parametrize("secret", ["whsec_", "whsec_!", "whsec_c2hvcnQ=", "c2FuZGJveC10ZXN0LXM="])
def test_webhook_secret_must_be_long_base64_with_its_prefix(secret: str) -> None:
    with pytest.raises(ConfigInvalid, match="WEBHOOK_SECRET"):
        make_config(WEBHOOK_SECRET=secret)


def test_secrets_are_not_printed() -> None:
    printed = repr(make_config(API_KEY="very-secret"))

    assert SECRET not in printed
    assert "very-secret" not in printed
