"""What the sandbox gateway's journal keeps, repairs and refuses."""

import asyncio
import os
from pathlib import Path

import pytest

from refunds_embedded.sandbox.books.entries import ClockAdvanced, Entry
from refunds_embedded.sandbox.books.journal import JOURNAL_NAME, Journal, lock_folder
from refunds_embedded.sandbox.errors import FolderInUse, FolderUnusable, JournalDamaged, JournalFailed

ENTRIES = [ClockAdvanced(by_ms=number) for number in range(1, 6)]


def _open(folder: Path) -> tuple[Journal, list[Entry]]:
    entries: list[Entry] = []
    failures: list[JournalFailed] = []
    journal = Journal(folder, 0, failures.append)
    journal.replay(entries.append)
    return journal, entries


async def _write(folder: Path, entries: list[ClockAdvanced]) -> None:
    journal, _ = _open(folder)
    for entry in entries:
        journal.append(entry)
    await journal.durable()
    await journal.close()


def _replayed(folder: Path) -> list[Entry]:
    return _open(folder)[1]


def test_entries_come_back_in_order(tmp_path: Path) -> None:
    asyncio.run(_write(tmp_path, ENTRIES[:3]))
    asyncio.run(_write(tmp_path, ENTRIES[3:]))

    assert _replayed(tmp_path) == ENTRIES


def test_durable_means_on_disk(tmp_path: Path) -> None:
    async def durable_bytes() -> int:
        journal, _ = _open(tmp_path)
        journal.append(ENTRIES[0])
        await journal.durable()
        return (tmp_path / JOURNAL_NAME).stat().st_size

    assert asyncio.run(durable_bytes()) > 0


def test_torn_last_line_is_cut_off_and_written_over(tmp_path: Path) -> None:
    asyncio.run(_write(tmp_path, ENTRIES[:3]))
    path = tmp_path / JOURNAL_NAME
    path.write_bytes(path.read_bytes()[:-5])

    asyncio.run(_write(tmp_path, ENTRIES[2:]))

    assert _replayed(tmp_path) == ENTRIES


def test_every_torn_length_of_the_last_line_is_survived(tmp_path: Path) -> None:
    asyncio.run(_write(tmp_path, ENTRIES[:2]))
    path = tmp_path / JOURNAL_NAME
    whole = path.read_bytes()
    first_line_bytes = whole.index(b"\n") + 1

    for kept_bytes in range(first_line_bytes, len(whole)):
        path.write_bytes(whole[:kept_bytes])
        assert _replayed(tmp_path) == ENTRIES[:1]


def test_any_changed_byte_is_found(tmp_path: Path) -> None:
    asyncio.run(_write(tmp_path, ENTRIES[:3]))
    path = tmp_path / JOURNAL_NAME
    whole = path.read_bytes()

    for position in range(len(whole) - 1):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        with pytest.raises(JournalDamaged):
            _replayed(tmp_path)


@pytest.mark.parametrize("order", [(1, 2), (0, 2), (1, 0, 2), (0, 1, 1, 2)])
def test_lost_moved_or_repeated_line_is_found(tmp_path: Path, order: tuple[int, ...]) -> None:
    asyncio.run(_write(tmp_path, ENTRIES[:3]))
    path = tmp_path / JOURNAL_NAME
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[number] for number in order))

    with pytest.raises(JournalDamaged, match="line"):
        _replayed(tmp_path)


def test_endless_line_is_damage_and_not_a_torn_one(tmp_path: Path) -> None:
    (tmp_path / JOURNAL_NAME).write_bytes(b"x" * 20_000)

    with pytest.raises(JournalDamaged, match="too long"):
        _replayed(tmp_path)


def test_failed_write_fails_every_waiter_and_leaves_no_part_of_the_batch(tmp_path: Path) -> None:
    async def write_to_closed_file() -> tuple[list[JournalFailed], list[object]]:
        failures: list[JournalFailed] = []
        journal = Journal(tmp_path, 0, failures.append)
        journal.replay(lambda _: None)
        (tmp_path / JOURNAL_NAME).chmod(0o600)
        os.close(journal._descriptor)
        journal.append(ENTRIES[0])
        outcomes = await asyncio.gather(journal.durable(), journal.durable(), return_exceptions=True)
        later = await asyncio.gather(journal.durable(), return_exceptions=True)
        return failures, [*outcomes, *later]

    failures, outcomes = asyncio.run(write_to_closed_file())

    assert len(failures) == 1
    assert all(isinstance(outcome, JournalFailed) for outcome in outcomes)
    assert _replayed(tmp_path) == []


def test_second_holder_of_a_folder_is_refused(tmp_path: Path) -> None:
    held = lock_folder(tmp_path)

    with pytest.raises(FolderInUse):
        lock_folder(tmp_path)
    os.close(held)
    os.close(lock_folder(tmp_path))


def test_folder_that_is_a_file_is_unusable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(FolderUnusable):
        lock_folder(tmp_path / "file")
