"""Fetches the public keys of an external issuer from its JWKS URL.

The keys are fetched at the start and then repeatedly. `process.py` uses this module if `REFUNDS_JWKS_URL` is set. If
the issuer withdraws a key, the key is refused from the next fetch on. A token with an unknown key makes the next fetch
earlier, but there is at most one fetch in `RUSH_PAUSE_S` seconds. While the issuer cannot be reached, the last keys
stay valid. So an outage of the issuer stops no refunds. Only the configured URL is fetched.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
import structlog

from refunds.kit.event_waits import is_set_within
from refunds.runtime.auth.tokens import TokenVerifier

TIMEOUT_S = 5.0
BYTES_MAX = 256 * 1024
PAUSE_S = 300.0
RUSH_PAUSE_S = 10.0
OK = 200

log = structlog.stdlib.get_logger()


class KeysNotFetched(Exception):
    """The URL did not return a key set. The message gives the reason."""


class FetchKeys(Protocol):
    """Fetches the JWK set and returns it as bytes. Raises KeysNotFetched."""

    async def __call__(self) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAddress:
    """Fetches the JWK set from `url`. Time and size are limited. Redirects are not followed."""

    url: str

    async def __call__(self) -> bytes:
        """See `FetchKeys`."""
        try:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(self.url, allow_redirects=False) as answer,
            ):
                if answer.status != OK:
                    raise KeysNotFetched(f"{self.url} answered {answer.status}")
                return await _bounded(answer.content, self.url)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise KeysNotFetched(f"{self.url} does not answer: {type(error).__name__}") from error


async def _bounded(content: aiohttp.StreamReader, url: str) -> bytes:
    text = bytearray()
    async for part in content.iter_any():
        text += part
        if len(text) > BYTES_MAX:
            raise KeysNotFetched(f"{url} answered with more than {BYTES_MAX} bytes")
    return bytes(text)


@dataclass(slots=True, kw_only=True)
class IssuerKeys:
    """Keeps the keys of a verifier equal to the issuer's keys."""

    fetch: FetchKeys
    verifier: TokenVerifier
    pause_s: float = PAUSE_S
    rush_pause_s: float = RUSH_PAUSE_S
    fetch_count: int = field(default=0, init=False)

    async def load(self) -> None:
        """Fetches the keys once. Raises KeysNotFetched if the fetch fails or the response is not a JWK set."""
        text = await self.fetch()
        try:
            self.verifier.replace_keys(text)
        except ValueError as error:
            raise KeysNotFetched("the issuer's answer is no JWK set") from error
        self.fetch_count += 1

    async def run(self, stop: asyncio.Event) -> None:
        """Fetches the keys repeatedly until `stop` is set."""
        while not await is_set_within(stop, self.rush_pause_s):
            await self._until_due(stop)
            if stop.is_set():
                return
            try:
                await self.load()
            except KeysNotFetched as reason:
                log.warning("issuer_keys.not_fetched", reason=str(reason))

    async def _until_due(self, stop: asyncio.Event) -> None:
        waits = [asyncio.create_task(event.wait()) for event in (stop, self.verifier.unknown_key_seen)]
        await asyncio.wait(waits, timeout=self.pause_s, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        self.verifier.unknown_key_seen.clear()
