"""What every keeper of anchors promises (`ports.audit.anchors`)."""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.adapters import aws

from refunds.adapters.local.anchors import AnchorFiles
from refunds.adapters.local.mac_signer import HmacSigner
from refunds.adapters.memory.audit.anchors import MemoryAnchors
from refunds.adapters.memory.clock import START, FixedClock
from refunds.domain.audit.hash_chain import ChainHead
from refunds.kit.config import Secret
from refunds.ports.audit.anchors import AnchorBroken, Anchors, AnchorsUnavailable
from refunds.runtime.process.aws_parts import open_anchors

KEY = Secret("k" * 43)
FIRST = ChainHead(chain="bnk_1", seq=3, hash="a" * 64)
SECOND = ChainHead(chain="mer_1", seq=7, hash="b" * 64)


@pytest.fixture
def clock() -> FixedClock:
    """Stands still."""
    return FixedClock()


@contextlib.asynccontextmanager
async def in_memory(clock: FixedClock) -> AsyncIterator[Anchors]:
    """The keeper without a place."""
    yield MemoryAnchors(clock)


@contextlib.asynccontextmanager
async def in_files(folder: Path, clock: FixedClock) -> AsyncIterator[Anchors]:
    """The keeper on a folder."""
    yield files(folder, clock)


@contextlib.asynccontextmanager
async def in_objects(url: str, clock: FixedClock) -> AsyncIterator[Anchors]:
    """The keeper on a bucket with Object Lock, sealing with a key of KMS."""
    async with aws.clients(url) as clients:
        bucket, key_id = await aws.new_bucket(clients), await aws.new_sealing_key(clients)
        yield await open_anchors(clients, bucket, key_id, clock)


@pytest.fixture(params=["memory", "files", "objects"])
def adapter(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock
) -> contextlib.AbstractAsyncContextManager[Anchors]:
    """One keeper after the other; servers run outside of a test's event loop."""
    if request.param == "objects":
        return in_objects(request.getfixturevalue("aws_url"), clock)
    return in_memory(clock) if request.param == "memory" else in_files(tmp_path, clock)


@pytest.fixture
async def anchors(adapter: contextlib.AbstractAsyncContextManager[Anchors]) -> AsyncIterator[Anchors]:
    """Each keeper, empty."""
    async with adapter as opened:
        yield opened


def files(folder: Path, clock: FixedClock, files_max: int = 100, key: Secret = KEY) -> AnchorFiles:
    """The keeper on a folder."""
    return AnchorFiles(folder, HmacSigner(key), clock, files_max)


def names(folder: Path) -> list[str]:
    """All that lies in the folder."""
    return sorted(file.name for file in folder.iterdir())


def modes(folder: Path) -> set[int]:
    """The rights of all that lies in the folder."""
    return {file.stat().st_mode & 0o777 for file in folder.iterdir()}


async def test_there_is_no_anchor_before_the_first(anchors: Anchors) -> None:
    assert await anchors.latest() is None


async def test_heads_are_read_back_by_chain_with_number_and_moment(anchors: Anchors) -> None:
    await anchors.append([SECOND, FIRST])

    latest = await anchors.latest()
    assert latest is not None
    assert (latest.epoch, latest.number, latest.at, latest.heads) == (1, 1, START, (FIRST, SECOND))


async def test_last_anchor_is_the_latest(anchors: Anchors, clock: FixedClock) -> None:
    await anchors.append([FIRST])
    clock.advance(seconds=5)
    await anchors.append([FIRST, SECOND])

    latest = await anchors.latest()

    assert latest is not None
    assert (latest.number, latest.at, latest.heads) == (2, START + timedelta(seconds=5), (FIRST, SECOND))


async def test_of_many_anchors_the_last_is_the_latest(anchors: Anchors) -> None:
    for seq in range(1, 13):
        await anchors.append([ChainHead(chain="mer_1", seq=seq, hash="c" * 64)])

    latest = await anchors.latest()

    assert latest is not None
    assert (latest.number, latest.heads[0].seq) == (12, 12)


async def test_anchors_outlive_the_process_that_wrote_them(tmp_path: Path, clock: FixedClock) -> None:
    await files(tmp_path, clock).append([FIRST])

    latest = await files(tmp_path, clock).latest()

    assert latest is not None
    assert latest.heads == (FIRST,)


async def test_files_are_bounded_private_and_whole(tmp_path: Path, clock: FixedClock) -> None:
    keeper = files(tmp_path, clock, files_max=3)

    for _ in range(5):
        await keeper.append([FIRST])

    assert names(tmp_path) == ["000000000003.anchor", "000000000004.anchor", "000000000005.anchor"]
    assert modes(tmp_path) == {0o600}


def change_a_head(folder: Path) -> None:
    file = folder / "000000000002.anchor"
    file.write_bytes(file.read_bytes().replace(b"mer_1", b"mer_2"))


def cut_the_file(folder: Path) -> None:
    file = folder / "000000000002.anchor"
    file.write_bytes(file.read_bytes()[:80])


def spoil_the_mac(folder: Path) -> None:
    file = folder / "000000000002.anchor"
    file.write_bytes(b"zz" + file.read_bytes()[2:])


def put_the_first_in_place_of_the_last(folder: Path) -> None:
    (folder / "000000000001.anchor").replace(folder / "000000000002.anchor")


def remove_one_between(folder: Path) -> None:
    (folder / "000000000002.anchor").rename(folder / "000000000003.anchor")


@pytest.mark.parametrize(
    "tamper",
    [change_a_head, cut_the_file, spoil_the_mac, put_the_first_in_place_of_the_last, remove_one_between],
)
async def test_tampered_anchor_is_called_broken_and_never_followed_by_another(
    tmp_path: Path, clock: FixedClock, tamper: Callable[[Path], None]
) -> None:
    keeper = files(tmp_path, clock)
    await keeper.append([FIRST])
    await keeper.append([FIRST, SECOND])

    tamper(tmp_path)

    with pytest.raises(AnchorBroken):
        await keeper.latest()
    with pytest.raises(AnchorBroken):
        await keeper.append([FIRST])


async def test_anchor_signed_with_another_key_is_broken(tmp_path: Path, clock: FixedClock) -> None:
    await files(tmp_path, clock, key=Secret("o" * 43)).append([FIRST])

    with pytest.raises(AnchorBroken):
        await files(tmp_path, clock).latest()


async def test_folder_that_cannot_be_written_to_is_unavailable(tmp_path: Path, clock: FixedClock) -> None:
    keeper = files(tmp_path / "missing", clock)

    with pytest.raises(AnchorsUnavailable):
        await keeper.append([FIRST])
