"""A damaged ready file ends every command that reads it in one line, which names the file, the field and the rule."""

import json
from pathlib import Path

import pytest
from tests.support.processes.command_line import refunds, write_instance

COMMANDS_ON_THE_READY_FILE = [
    ("verify",),
    ("audit", "verify"),
    ("audit", "prove", "platform"),
    ("audit", "begin-epoch", "--reason", "restored"),
    ("webhooks", "unread"),
    ("read-models", "rebuild", "--no-wait"),
    ("token", "--role", "auditor", "--scope", "platform"),
    ("refund", "list"),
    ("migrate",),
]


@pytest.mark.parametrize("words", COMMANDS_ON_THE_READY_FILE)
@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("mongodb_uri", "", "matching regex"),
        ("mongodb_uri", "hello", "matching regex"),
        ("mongodb_uri", 5, "Expected `str`, got `int`"),
        ("url", 7, "Expected `str`, got `int`"),
        ("sandbox_url", "nonsense", "matching regex"),
        ("data_dir", 3, "Expected a path"),
        ("pid", "one", "Expected `int`, got `str`"),
    ],
)
def test_damaged_ready_file_is_one_line_naming_file_field_and_rule(
    tmp_path: Path, words: tuple[str, ...], field: str, value: object, rule: str
) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")
    ready_file.write_text(json.dumps(json.loads(ready_file.read_text()) | {field: value}))

    ran = refunds(*words, "--ready-file", str(ready_file))

    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert all(text in ran.err for text in (str(ready_file), f"$.{field}", rule))


def test_address_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")
    ready_file.write_text(json.dumps(json.loads(ready_file.read_text()) | {"mongodb_uri": "mongodb://a:99999999"}))

    ran = refunds("verify", "--ready-file", str(ready_file))

    assert ran.code == 1
    assert ran.err.startswith("refunds: the `mongodb_uri` of the ready file cannot be used: Port must be")
