"""Configuration from the environment: typed, complete, and silent about secrets."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from refunds.kit.config import ConfigurationMistakes, Secret, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    uri: Secret
    port: int
    hints: Literal["memory", "redis"] = "memory"
    ratio: float = 0.5
    sample: bool = False
    folder: Path | None = None
    batch_max: int | None = None

    def __post_init__(self) -> None:
        if self.port < 0:
            raise ValueError("REFUNDS_PORT must not be negative")


def test_every_type_is_read_from_its_variable() -> None:
    environ = {
        "REFUNDS_URI": "mongodb://secret",
        "REFUNDS_PORT": "8080",
        "REFUNDS_HINTS": "redis",
        "REFUNDS_RATIO": "0.25",
        "REFUNDS_SAMPLE": "1",
        "REFUNDS_FOLDER": "/data",
        "REFUNDS_BATCH_MAX": "64",
    }

    shape = load(Shape, environ)

    assert shape == Shape(
        uri=Secret("mongodb://secret"),
        port=8080,
        hints="redis",
        ratio=0.25,
        sample=True,
        folder=Path("/data"),
        batch_max=64,
    )


def test_empty_variable_counts_as_absent() -> None:
    shape = load(Shape, {"REFUNDS_URI": "u", "REFUNDS_PORT": "1", "REFUNDS_BATCH_MAX": ""})

    assert shape.batch_max is None


@pytest.mark.parametrize(("word", "truth"), [("yes", True), ("TRUE", True), ("off", False)])
def test_texts_of_booleans_are_read(word: str, truth: bool) -> None:
    environ = {"REFUNDS_URI": "u", "REFUNDS_PORT": "1", "REFUNDS_SAMPLE": word}

    assert load(Shape, environ).sample is truth


def test_all_mistakes_are_listed_together() -> None:
    environ = {
        "REFUNDS_PORT": "http",
        "REFUNDS_HINTS": "paper",
        "REFUNDS_RATIO": "half",
        "REFUNDS_SAMPLE": "perhaps",
    }

    with pytest.raises(ConfigurationMistakes) as caught:
        load(Shape, environ)

    assert caught.value.mistakes == (
        "REFUNDS_URI is missing",
        "REFUNDS_PORT must be a whole number, not 'http'",
        "REFUNDS_HINTS must be one of memory, redis, not 'paper'",
        "REFUNDS_RATIO must be a number, not 'half'",
        "REFUNDS_SAMPLE must be 1 or 0, not 'perhaps'",
    )


def test_what_the_shape_itself_refuses_is_a_mistake() -> None:
    with pytest.raises(ConfigurationMistakes, match="must not be negative"):
        load(Shape, {"REFUNDS_URI": "u", "REFUNDS_PORT": "-1"})


def test_secret_is_hidden_in_what_is_printed() -> None:
    shape = load(Shape, {"REFUNDS_URI": "mongodb://user:hunter2@host", "REFUNDS_PORT": "1"})

    assert "hunter2" not in repr(shape)
    assert shape.uri == "mongodb://user:hunter2@host"
