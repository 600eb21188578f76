"""Settings from a secret: they fill what the environment leaves open, and every mistake is listed, no value shown."""

import json

import pytest

from refunds.adapters.memory.settings.secret_store import MemorySecretStore
from refunds.kit.config import ConfigurationMistakes, Secret
from refunds.ports.settings.secret_store import SecretUnavailable
from refunds.runtime.process import process_runner
from refunds.runtime.process.secret_settings import ReadSecret, load_settings
from refunds.runtime.process.secret_source import SecretSource

ENVIRON = {"REFUNDS_SECRET_ID": "refunds/api", "REFUNDS_AWS_REGION": "eu-west-1"}


def reading(text: str) -> ReadSecret:
    """The secret of that text."""
    store = MemorySecretStore({"refunds/api": text})

    async def read(source: SecretSource) -> str:
        return await store.text(source.secret_id)

    return read


def members(**values: object) -> ReadSecret:
    """A secret of those members."""
    return reading(json.dumps(values))


async def never(_source: SecretSource) -> str:
    raise AssertionError("no secret is named")


def mistakes_of(environ: dict[str, str], read: ReadSecret) -> tuple[str, ...]:
    """What is refused."""
    with pytest.raises(ConfigurationMistakes) as refused:
        load_settings(environ, read)
    return refused.value.mistakes


def test_members_fill_what_the_environment_leaves_open() -> None:
    settings = load_settings(
        ENVIRON | {"REFUNDS_HINTS": "redis"}, members(mongodb_uri="mongodb://secret", redis_uri="redis://secret")
    )

    assert (settings.mongodb_uri, settings.redis_uri) == ("mongodb://secret", "redis://secret")
    assert type(settings.mongodb_uri) is Secret


def test_environment_wins_over_the_secret() -> None:
    settings = load_settings(ENVIRON | {"REFUNDS_PORT": "9000"}, members(mongodb_uri="mongodb://x", port="7000"))

    assert settings.port == 9000


def test_numbers_and_truths_are_members_too() -> None:
    settings = load_settings(ENVIRON, members(mongodb_uri="mongodb://x", port=7000, drain_s=2.5, sample=True))

    assert (settings.port, settings.drain_s, settings.sample) == (7000, 2.5, True)


def test_empty_member_counts_as_absent() -> None:
    assert mistakes_of(ENVIRON, members(mongodb_uri="")) == ("REFUNDS_MONGODB_URI is missing",)


def test_no_secret_is_read_where_none_is_named() -> None:
    settings = load_settings({"REFUNDS_MONGODB_URI": "mongodb://x"}, never)

    assert settings.mongodb_uri == "mongodb://x"


def test_unknown_members_are_named_together_with_all_other_mistakes() -> None:
    mistakes = mistakes_of(ENVIRON | {"REFUNDS_PORT": "http"}, members(mongo_uri="mongodb://x", pasword="y"))

    assert mistakes == (
        "REFUNDS_SECRET_ID: the secret's member mongo_uri is no setting",
        "REFUNDS_SECRET_ID: the secret's member pasword is no setting",
        "REFUNDS_MONGODB_URI is missing",
        "REFUNDS_PORT must be a whole number, not 'http'",
    )


def test_value_of_a_member_is_never_shown() -> None:
    mistakes = mistakes_of(ENVIRON, members(mongodb_uri="x", port="hunter2", hints="hunter2"))

    assert len(mistakes) == 2
    assert not [mistake for mistake in mistakes if "hunter2" in mistake]


@pytest.mark.parametrize("text", ["", "mongodb://secret", "[1]", '"text"'])
def test_secret_that_is_no_object_is_a_mistake_that_shows_nothing_of_it(text: str) -> None:
    first, *_ = mistakes_of(ENVIRON, reading(text))

    assert first == "REFUNDS_SECRET_ID: the secret is not a JSON object"


def test_member_that_is_no_plain_value_is_named() -> None:
    first, *_ = mistakes_of(ENVIRON, members(mongodb_uri={"host": "x"}, redis_uri=None))

    assert first == "REFUNDS_SECRET_ID: not a text, number or truth in the secret: mongodb_uri, redis_uri"


def test_region_is_asked_for_together_with_the_rest() -> None:
    mistakes = mistakes_of({"REFUNDS_SECRET_ID": "refunds/api"}, never)

    assert mistakes == (
        "REFUNDS_AWS_REGION is missing while REFUNDS_SECRET_ID is set",
        "REFUNDS_MONGODB_URI is missing",
    )


def test_secret_that_cannot_be_read_is_reported() -> None:
    with pytest.raises(SecretUnavailable):
        load_settings(ENVIRON | {"REFUNDS_SECRET_ID": "refunds/none"}, members())


def test_process_whose_secret_cannot_be_read_ends_with_1_and_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        code = process_runner.run_services("api", ENVIRON | {"REFUNDS_AWS_TRIES_MAX": "1"}, ())

    line = capsys.readouterr().err
    assert code == 1
    assert line.startswith("api: the secret refunds/api cannot be read")
    assert line.count("\n") == 1


@pytest.mark.parametrize(
    ("environ", "mistake"),
    [
        ({"REFUNDS_HINTS": "sqs"}, "REFUNDS_REVIEW_QUEUE_URL is missing while REFUNDS_HINTS is sqs"),
        ({"REFUNDS_HINTS": "sqs"}, "REFUNDS_SUBMIT_QUEUE_URL is missing while REFUNDS_HINTS is sqs"),
        ({"REFUNDS_EVENT_BUS_NAME": "bus"}, "REFUNDS_AWS_REGION is missing while something of AWS is used"),
        ({"REFUNDS_ANCHOR_BUCKET": "b"}, "REFUNDS_ANCHOR_BUCKET and REFUNDS_ANCHOR_KEY_ID go together"),
        (
            {"REFUNDS_ANCHOR_BUCKET": "b", "REFUNDS_ANCHORS_FOLDER": "/a"},
            "REFUNDS_ANCHOR_BUCKET and REFUNDS_ANCHORS_FOLDER exclude each other",
        ),
    ],
)
def test_what_aws_needs_is_asked_for_together(environ: dict[str, str], mistake: str) -> None:
    (line,) = mistakes_of({"REFUNDS_MONGODB_URI": "mongodb://x"} | environ, never)

    assert mistake in line
