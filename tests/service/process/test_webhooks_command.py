"""`refunds webhooks` on an instance's database: what could not be read is listed, shown and removed."""

import asyncio
import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.processes.command_line import Ran, refunds, write_instance

from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.gateway.unread_webhooks import MongoUnreadWebhooks
from refunds.cli.client.ready_file import DATABASE
from refunds.ports.gateway.unread_webhooks import unread

BODIES = {"evt_2": b'{"type":\x1b[2J\xff', "evt_1": b"{"}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def instance(tmp_path: Path, mongodb_uri: str) -> Iterator[Path]:
    """The ready file of one in which two webhooks wait, the second received first."""
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")
    ready_file.write_text(json.dumps(json.loads(ready_file.read_text()) | {"mongodb_uri": mongodb_uri}))

    async def plant() -> None:
        async with connect(mongodb_uri) as client:
            store = MongoUnreadWebhooks(open_database(client, DATABASE))
            for number, (webhook_id, body) in enumerate(BODIES.items()):
                at = NOON + timedelta(minutes=number)
                await store.keep(
                    unread(gateway="sandbox", webhook_id=webhook_id, received_at=at, why="no JSON", body=body)
                )

    async def clear() -> None:
        async with connect(mongodb_uri) as client:
            await client.drop_database(DATABASE)

    asyncio.run(plant())
    yield ready_file
    asyncio.run(clear())


def webhooks(instance: Path, *words: str) -> Ran:
    """The command on the instance."""
    return refunds("webhooks", *words, "--ready-file", str(instance))


def test_webhooks_that_could_not_be_read_are_listed_the_oldest_first_without_their_bodies(instance: Path) -> None:
    people, programs, one = (
        webhooks(instance, "unread"),
        webhooks(instance, "unread", "--json"),
        webhooks(instance, "unread", "--limit", "1"),
    )

    lines = [line.split() for line in people.out.splitlines() if "evt_" in line]
    assert [line[:2] for line in lines] == [["sandbox", "evt_2"], ["sandbox", "evt_1"]]
    assert programs.document == {
        "count": 2,
        "data": [
            {
                "gateway": "sandbox",
                "webhook_id": webhook_id,
                "received_at": f"2026-03-01T12:0{number}:00Z",
                "why": "no JSON",
                "bytes": len(body),
                "is_cut": False,
            }
            for number, (webhook_id, body) in enumerate(BODIES.items())
        ],
    }
    assert "evt_1" not in one.out
    assert "… and 1 more webhooks." in one.out


def test_wrong_password_is_named_as_what_it_is(instance: Path) -> None:
    ready = json.loads(instance.read_text())
    address = ready["mongodb_uri"].removeprefix("mongodb://")
    instance.write_text(json.dumps(ready | {"mongodb_uri": f"mongodb://somebody:wrong@{address}"}))

    ran = webhooks(instance, "unread")

    assert ran.code == 1
    assert ran.err.startswith("refunds: the database refuses the user or password of the ready file; start")


def test_one_is_shown_with_its_body_which_cannot_move_the_terminal(instance: Path) -> None:
    people, programs = (
        webhooks(instance, "show", "sandbox", "evt_2"),
        webhooks(instance, "show", "sandbox", "evt_2", "--json"),
    )

    assert '{"type":\ufffd[2J\\xff' in people.out
    assert "\x1b" not in people.out
    assert base64.b64decode(programs.document["body_base64"]) == BODIES["evt_2"]


def test_one_that_was_looked_after_is_removed_and_no_other(instance: Path) -> None:
    first = webhooks(instance, "done", "sandbox", "evt_2")
    again = webhooks(instance, "done", "sandbox", "evt_2")
    listed = webhooks(instance, "unread", "--json")
    second = webhooks(instance, "done", "sandbox", "evt_1", "--json")

    assert (first.code, first.out) == (0, "The webhook was removed. Webhooks that still wait: 1.\n")
    assert (again.code, again.err) == (
        1,
        (
            "refunds: no webhook evt_2 of sandbox waits for an operator; `refunds webhooks unread` lists the webhooks "
            "that wait\n"
        ),
    )
    assert [each["webhook_id"] for each in listed.document["data"]] == ["evt_1"]
    assert second.document == {"gateway": "sandbox", "webhook_id": "evt_1", "left": 0}
    assert webhooks(instance, "unread").out == "No webhook waits for an operator.\n"


def test_one_that_is_not_there_is_not_shown(instance: Path) -> None:
    ran = webhooks(instance, "show", "another", "evt_1")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("refunds: no webhook evt_1 of another waits")


def test_database_that_is_away_is_reported_in_one_line(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")

    assert webhooks(ready_file, "unread").err == "refunds: the database does not answer; is `refunds up` running?\n"
    assert webhooks(ready_file, "done", "sandbox", "evt_1").err == (
        "refunds: the database did not confirm the write, so the change may or may not be stored; "
        "check whether it is stored, and if not, run the command again\n"
    )
