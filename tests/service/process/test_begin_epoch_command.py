"""`refunds audit begin-epoch` on an instance's database and data folder."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.processes.command_line import refunds, write_instance

from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.read_model_schema import AUDIT_HEADS
from refunds.cli.client.ready_file import DATABASE


@pytest.fixture
def instance(tmp_path: Path, mongodb_uri: str) -> Iterator[Path]:
    """The ready file of one that has a chain, no anchor yet, and the key of its anchors."""
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")
    ready_file.write_text(json.dumps(json.loads(ready_file.read_text()) | {"mongodb_uri": mongodb_uri}))
    (tmp_path / "anchors").mkdir()
    (tmp_path / "anchor.key").write_text("k" * 43)

    async def plant() -> None:
        async with connect(mongodb_uri) as client:
            head = {"_id": "mer_1", "seq": 1, "hash": "a" * 64}
            await open_database(client, DATABASE)[AUDIT_HEADS].insert_one(head)

    async def clear() -> None:
        async with connect(mongodb_uri) as client:
            await client.drop_database(DATABASE)

    asyncio.run(plant())
    yield ready_file
    asyncio.run(clear())


def test_epoch_begins_by_command_with_its_reason(instance: Path) -> None:
    words = ("audit", "begin-epoch", "--reason", "restored to noon", "--ready-file", str(instance))

    first, second = refunds(*words), refunds(*words, "--json")

    assert (first.code, first.out) == (0, "Epoch 1, a new series of anchors, has begun.\n")
    assert (second.code, json.loads(second.out)) == (0, {"epoch": 2})
    begun = (instance.parent / "anchors" / "epoch-0002" / "000000000001.anchor").read_text()
    assert "restored to noon" in begun


def test_epoch_without_a_reason_is_refused_in_one_line(instance: Path) -> None:
    ran = refunds("audit", "begin-epoch", "--reason", " ", "--ready-file", str(instance))

    assert (ran.code, ran.err) == (1, "refunds: the reason for a new epoch must have 1 to 500 characters\n")
    assert not list((instance.parent / "anchors").iterdir())
