"""What every seal promises (`ports.seals`)."""

import pytest

from refunds.adapters.hmac_seals import HmacSeals
from refunds.kit.config import Secret
from refunds.ports.seals import Seals

MESSAGE = b"heads of all chains" * 1_000


@pytest.fixture
def seals() -> Seals:
    """One key."""
    return HmacSeals(Secret("k" * 43))


async def test_sealed_message_is_known_by_its_seal(seals: Seals) -> None:
    assert await seals.is_sealed(MESSAGE, await seals.seal(MESSAGE))


async def test_seal_is_short(seals: Seals) -> None:
    assert 0 < len(await seals.seal(MESSAGE)) <= 1_024


async def test_seal_of_another_message_is_refused(seals: Seals) -> None:
    assert not await seals.is_sealed(MESSAGE + b".", await seals.seal(MESSAGE))


@pytest.mark.parametrize("seal", [b"", b"short", b"\0" * 32, b"x" * 2_000])
async def test_invented_seal_is_refused(seals: Seals, seal: bytes) -> None:
    assert not await seals.is_sealed(MESSAGE, seal)


async def test_seal_by_another_key_is_refused(seals: Seals) -> None:
    other = HmacSeals(Secret("o" * 43))

    assert not await seals.is_sealed(MESSAGE, await other.seal(MESSAGE))


def test_key_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        HmacSeals(Secret("short"))
