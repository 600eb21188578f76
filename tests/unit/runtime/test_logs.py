"""Logs are JSON lines that keep secrets to themselves."""

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from refunds.runtime.process.logs import SECRET_FIELDS, set_up_logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What was logged; the configuration is put back afterwards."""
    written = io.StringIO()
    set_up_logs("api", "info", written)
    yield written
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_line_is_one_json_object_with_event_and_fields(stream: io.StringIO) -> None:
    structlog.stdlib.get_logger().info("request.failed", route="/v1/refunds", at={"odd": object})

    (line,) = stream.getvalue().splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["service"], said["route"]) == (
        "request.failed",
        "info",
        "api",
        "/v1/refunds",
    )
    assert said["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", sorted(SECRET_FIELDS))
def test_secret_is_masked_should_one_be_passed(stream: io.StringIO, name: str) -> None:
    structlog.stdlib.get_logger().warning("auth.refused", **{name: "hush"})

    assert "hush" not in stream.getvalue()
    assert json.loads(stream.getvalue())[name] == "***"


def test_lines_below_the_level_are_not_written(stream: io.StringIO) -> None:
    structlog.stdlib.get_logger().debug("request.answered")

    assert stream.getvalue() == ""


def test_exception_is_logged_with_its_trace(stream: io.StringIO) -> None:
    try:
        {}["here"]
    except KeyError as error:
        structlog.stdlib.get_logger().error("request.failed", exc_info=error)

    assert "KeyError" in json.loads(stream.getvalue())["exception"]
