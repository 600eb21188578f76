"""Keys of an issuer elsewhere: fetched over real HTTP, replaced while tokens are verified."""

import asyncio
import hmac
from base64 import urlsafe_b64encode

import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, Key, RSAKey
from tests.support.http.answering_server import Answer, answering

from refunds.runtime.auth.issuer_keys import BYTES_MAX, IssuerKeys, KeyAddress, KeysNotFetched
from refunds.runtime.auth.tokens import Claims, IssuerKey, TokenRefused, TokenVerifier, issue

NOW_S = 1_800_000_000
ISSUER, AUDIENCE = "https://issuer.example", "brik-refunds"
NO_KEYS = b'{"keys":[]}'
CLAIMS = Claims(iss=ISSUER, aud=AUDIENCE, sub="user_1", role="auditor", scope_id="platform", exp=NOW_S + 60)


def verifier_of() -> TokenVerifier:
    return TokenVerifier(NO_KEYS, ISSUER, AUDIENCE)


def signed_by(key: Key, algorithm: str) -> str:
    payload = msgspec.json.encode(CLAIMS)
    return jws.serialize_compact({"alg": algorithm, "kid": key.kid}, payload, key, algorithms=[algorithm])


def set_of(*keys: Key) -> bytes:
    return msgspec.json.encode({"keys": [key.as_dict(private=False) for key in keys]})


async def loaded(answer: Answer) -> TokenVerifier:
    verifier = verifier_of()
    async with answering(answer) as server:
        await IssuerKeys(fetch=KeyAddress(url=f"http://127.0.0.1:{server.port}/jwks"), verifier=verifier).load()
    return verifier


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (RSAKey.generate_key(2048, auto_kid=True), "RS256"),
        (ECKey.generate_key("P-256", auto_kid=True), "ES256"),
        (IssuerKey.create().key, "Ed25519"),
    ],
)
async def test_token_signed_by_a_fetched_key_is_believed(key: Key, algorithm: str) -> None:
    verifier = await loaded(lambda _: (200, set_of(key), 0))

    assert verifier.verify(signed_by(key, algorithm), NOW_S).sub == "user_1"


async def test_token_signed_with_the_public_key_as_a_shared_secret_is_refused() -> None:
    key = RSAKey.generate_key(2048, auto_kid=True)
    verifier = await loaded(lambda _: (200, set_of(key), 0))
    header = msgspec.json.encode({"alg": "HS256", "kid": key.kid})
    said = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in (header, msgspec.json.encode(CLAIMS)))
    mac = hmac.digest(key.as_pem(private=False), said, "sha256")
    forged = said + b"." + urlsafe_b64encode(mac).rstrip(b"=")

    with pytest.raises(TokenRefused):
        verifier.verify(forged.decode(), NOW_S)


async def test_short_key_and_key_on_another_curve_are_left_out() -> None:
    short = RSAKey.generate_key(1024, auto_kid=True)
    other = ECKey.generate_key("P-384", auto_kid=True)
    verifier = await loaded(lambda _: (200, set_of(short, other), 0))

    for token in (signed_by(short, "RS256"), issue(IssuerKey.create(), CLAIMS)):
        with pytest.raises(TokenRefused):
            verifier.verify(token, NOW_S)


@pytest.mark.parametrize(
    "answer",
    [
        (503, b"", 0),
        (302, b"", 0),
        (200, b"<html>", 0),
        (200, b'{"keys":[{"kty":"RSA"}]}', 0),
        (200, b'{"keys":7}', 0),
        (200, b" " * (BYTES_MAX + 1), 0),
        (0, b"", 0),
    ],
)
async def test_answer_that_is_no_key_set_is_reported_and_changes_nothing(answer: tuple[int, bytes, float]) -> None:
    key = IssuerKey.create()
    verifier = TokenVerifier(key.jwks(), ISSUER, AUDIENCE)

    async with answering(lambda _: answer) as server:
        keys = IssuerKeys(fetch=KeyAddress(url=f"http://127.0.0.1:{server.port}/jwks"), verifier=verifier)
        with pytest.raises(KeysNotFetched):
            await keys.load()

    assert verifier.verify(issue(key, CLAIMS), NOW_S).sub == "user_1"


async def test_unknown_key_brings_the_next_fetch_forward_and_the_old_key_is_out() -> None:
    old, new = IssuerKey.create(), IssuerKey.create()
    sets = [old.jwks(), new.jwks()]
    verifier, stop = verifier_of(), asyncio.Event()

    async with answering(lambda number: (200, sets[min(number, 1)], 0)) as server:
        address = KeyAddress(url=f"http://127.0.0.1:{server.port}/jwks")
        keys = IssuerKeys(fetch=address, verifier=verifier, pause_s=3600, rush_pause_s=0.01)
        await keys.load()
        running = asyncio.create_task(keys.run(stop))
        with pytest.raises(TokenRefused):
            verifier.verify(issue(new, CLAIMS), NOW_S)
        async with asyncio.timeout(10):
            while keys.fetch_count < 2:
                await asyncio.sleep(0)
        stop.set()
        await running

    assert verifier.verify(issue(new, CLAIMS), NOW_S).sub == "user_1"
    with pytest.raises(TokenRefused):
        verifier.verify(issue(old, CLAIMS), NOW_S)


async def test_keys_hold_while_the_issuer_is_away() -> None:
    key, stop = IssuerKey.create(), asyncio.Event()
    verifier = verifier_of()

    async with answering(lambda number: (200, key.jwks(), 0) if number == 0 else (503, b"", 0)) as server:
        address = KeyAddress(url=f"http://127.0.0.1:{server.port}/jwks")
        keys = IssuerKeys(fetch=address, verifier=verifier, pause_s=0.01, rush_pause_s=0.01)
        await keys.load()
        running = asyncio.create_task(keys.run(stop))
        async with asyncio.timeout(10):
            while len(server.requests) < 3:
                await asyncio.sleep(0)
        stop.set()
        await running

    assert verifier.verify(issue(key, CLAIMS), NOW_S).sub == "user_1"
