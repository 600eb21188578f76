"""What every seal promises (`ports.audit.mac_signer`)."""

import contextlib
from collections.abc import AsyncIterator

import pytest
from tests.support.adapters import aws

from refunds.adapters.aws.mac_signer import KmsSigner
from refunds.adapters.local.mac_signer import HmacSigner
from refunds.adapters.memory.audit.mac_signer import MemorySigner
from refunds.kit.config import Secret
from refunds.ports.audit.mac_signer import MacSigner, SignerUnavailable

MESSAGE = b"heads of all chains" * 1_000


@contextlib.asynccontextmanager
async def own_keys() -> AsyncIterator[tuple[MacSigner, MacSigner]]:
    """Keys that this machine holds."""
    yield HmacSigner(Secret("k" * 43)), HmacSigner(Secret("o" * 43))


@contextlib.asynccontextmanager
async def known_keys() -> AsyncIterator[tuple[MacSigner, MacSigner]]:
    """Keys of the simulation."""
    yield MemorySigner(b"one"), MemorySigner(b"other")


@contextlib.asynccontextmanager
async def keys_of_kms(url: str) -> AsyncIterator[tuple[MacSigner, MacSigner]]:
    """Keys that never leave KMS."""
    async with aws.clients(url) as clients:
        kms = await clients.open("kms")
        one, other = await aws.new_sealing_key(clients), await aws.new_sealing_key(clients)
        yield KmsSigner(kms, one), KmsSigner(kms, other)


@pytest.fixture(params=["memory", "own", "kms"])
def adapter(request: pytest.FixtureRequest) -> contextlib.AbstractAsyncContextManager[tuple[MacSigner, MacSigner]]:
    """One implementation after the other; servers run outside of a test's event loop."""
    if request.param == "kms":
        return keys_of_kms(request.getfixturevalue("aws_url"))
    return known_keys() if request.param == "memory" else own_keys()


@pytest.fixture
async def pair(
    adapter: contextlib.AbstractAsyncContextManager[tuple[MacSigner, MacSigner]],
) -> AsyncIterator[tuple[MacSigner, MacSigner]]:
    """Two keys."""
    async with adapter as opened:
        yield opened


@pytest.fixture
def signer(pair: tuple[MacSigner, MacSigner]) -> MacSigner:
    """One key."""
    return pair[0]


async def test_signed_message_is_known_by_its_mac(signer: MacSigner) -> None:
    assert await signer.is_signed(MESSAGE, await signer.sign(MESSAGE))


async def test_mac_is_short(signer: MacSigner) -> None:
    assert 0 < len(await signer.sign(MESSAGE)) <= 1_024


async def test_mac_of_another_message_is_refused(signer: MacSigner) -> None:
    assert not await signer.is_signed(MESSAGE + b".", await signer.sign(MESSAGE))


@pytest.mark.parametrize("seal", [b"", b"short", b"\0" * 32, b"x" * 2_000])
async def test_invented_mac_is_refused(signer: MacSigner, seal: bytes) -> None:
    assert not await signer.is_signed(MESSAGE, seal)


async def test_mac_by_another_key_is_refused(pair: tuple[MacSigner, MacSigner]) -> None:
    signer, other = pair

    assert not await signer.is_signed(MESSAGE, await other.sign(MESSAGE))


def test_key_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        HmacSigner(Secret("short"))


async def test_key_service_that_is_away_is_reported() -> None:
    async with aws.clients("http://127.0.0.1:1") as clients:
        signer = KmsSigner(await clients.open("kms"), "key")

        with pytest.raises(SignerUnavailable):
            await signer.sign(MESSAGE)
        with pytest.raises(SignerUnavailable):
            await signer.is_signed(MESSAGE, b"s" * 32)


async def test_missing_key_is_reported_and_not_taken_for_a_wrong_mac(aws_url: str) -> None:
    async with aws.clients(aws_url) as clients:
        signer = KmsSigner(await clients.open("kms"), "00000000-0000-0000-0000-000000000000")

        with pytest.raises(SignerUnavailable):
            await signer.is_signed(MESSAGE, b"s" * 32)
