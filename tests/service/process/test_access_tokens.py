"""Access tokens over real HTTP: their claims of time, and how long a verified one is remembered."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from joserfc import jws
from tests.support.http.site import AUDIENCE, ISSUER, KEY, MERCHANT, Client, World

from refunds.runtime.auth.authorizer import FACTOR_AGE_MAX_S, Authorizer, Verifier
from refunds.runtime.auth.issuer_keys import IssuerKeys
from refunds.runtime.auth.policies import Policies
from refunds.runtime.auth.tokens import LEEWAY_S, Claims, IssuerKey, TokenRefused, TokenVerifier
from refunds.runtime.http.problems import Problem
from refunds.services.api import app as api_service
from refunds.services.parameter_resolution import app as parameter_service


def _signed_as_written(claim: str, text: str, **claims: Any) -> str:
    """A token whose claim stands in its JSON exactly as `text`."""
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "x", "role": "platform_admin", "scope_id": "platform"}
    said |= {"exp": 4_000_000_000} | claims | {claim: 0}
    payload = msgspec.json.encode(said).replace(f'"{claim}":0'.encode(), f'"{claim}":{text}'.encode())
    header = {"alg": "Ed25519", "kid": str(KEY.key.kid)}
    return jws.serialize_compact(header, payload, KEY.key, ["Ed25519"])


@pytest.mark.parametrize("claim", ["exp", "nbf", "iat", "auth_time"])
@pytest.mark.parametrize("text", ["{}.25", "{}.0", "{}e0", "{}"])
async def test_claim_of_time_may_be_any_number_of_seconds(api: Client, claim: str, text: str) -> None:
    """RFC 7519: a NumericDate may be a non-integer."""
    now_s = int(api.world.clock.now().timestamp())
    moment = now_s + 600 if claim == "exp" else now_s - 1

    reply = await api.get("/v1/refunds", token=_signed_as_written(claim, text.format(moment)))

    assert reply.status == 200, reply.text


@pytest.mark.parametrize("claim", ["exp", "nbf", "iat", "auth_time"])
@pytest.mark.parametrize(
    "text",
    ["NaN", "Infinity", "-Infinity", "true", '"1790000000"', "-1", "-0.5", "1e400", "1e300", "9" * 400, "[]", "{}"],
)
async def test_claim_of_time_that_is_no_moment_is_refused(api: Client, claim: str, text: str) -> None:
    refused = await api.get("/v1/refunds", token=_signed_as_written(claim, text))

    assert (refused.status, refused.code) == (401, "unauthenticated")


async def test_token_without_an_end_is_refused(api: Client) -> None:
    assert (await api.get("/v1/refunds", token=_signed_as_written("exp", "null"))).status == 401


async def test_fraction_of_the_end_counts() -> None:
    verifier = TokenVerifier(KEY.jwks(), ISSUER, AUDIENCE)
    token = _signed_as_written("exp", "1000.5")

    assert verifier.verify(token, 1000.4 + LEEWAY_S).exp == 1000.5
    with pytest.raises(TokenRefused):
        verifier.verify(token, 1000.5 + LEEWAY_S)


async def test_age_of_a_second_factor_shown_at_a_fraction_of_a_second_counts(api: Client) -> None:
    path, now_s = "/v1/parameters/refund_window_days/values", int(api.world.clock.now().timestamp())

    async def put(shown: str) -> int:
        token = _signed_as_written("auth_time", shown, amr=["mfa"])
        return (await api.call("PUT", path, {"tenant_id": MERCHANT, "value": 30}, token=token)).status

    assert await put(f"{now_s - 1}.5") == 201
    assert await put(f"{now_s - FACTOR_AGE_MAX_S - 5}.5") == 401


async def _answers(authorizer: Authorizer, token: str) -> bool:
    try:
        await authorizer.admit("read_refunds", {b"authorization": f"Bearer {token}".encode()})
    except Problem:
        return False
    return True


def _gate(world: World, verifier: Verifier) -> Authorizer:
    return Authorizer(
        verifier=verifier,
        policies=Policies([api_service.policy(), parameter_service.policy()]),
        clock=world.clock,
        is_known_tenant=bool,
        reload=world.config_cache.refresh,
    )


async def test_token_of_a_removed_key_is_refused_at_once_though_it_was_let_in_before() -> None:
    old, new, world = IssuerKey.create(), IssuerKey.create(), World()
    verifier = TokenVerifier(old.jwks(), ISSUER, AUDIENCE)
    authorizer = _gate(world, verifier)
    tokens = [world.token(key=key) for key in (old, new)]
    before = [await _answers(authorizer, token) for token in tokens]

    async def fetch() -> bytes:
        return new.jwks()

    await IssuerKeys(fetch=fetch, verifier=verifier).load()
    after = [await _answers(authorizer, token) for token in tokens]

    assert (before, after) == ([True, False], [False, True])


async def test_token_of_a_kept_key_stays_let_in_when_another_key_is_removed() -> None:
    kept, removed, world = IssuerKey.create(), IssuerKey.create(), World()
    both = {"keys": [key.key.as_dict(private=False) for key in (kept, removed)]}
    verifier = TokenVerifier(msgspec.json.encode(both), ISSUER, AUDIENCE)
    authorizer = _gate(world, verifier)
    tokens = [world.token(key=key) for key in (kept, removed)]
    before = [await _answers(authorizer, token) for token in tokens]

    verifier.replace_keys(kept.jwks())

    assert before == [True, True]
    assert [await _answers(authorizer, token) for token in tokens] == [True, False]


@dataclass
class CountingVerifier:
    """A verifier that counts what it is asked."""

    of: TokenVerifier
    asked: int = 0

    @property
    def generation(self) -> int:
        """That of the keys."""
        return self.of.generation

    def verify(self, token: str, now_s: float) -> Claims:
        """As the verifier says."""
        self.asked += 1
        return self.of.verify(token, now_s)


async def test_verified_token_is_remembered_for_60_s_at_most() -> None:
    world = World()
    verifier = CountingVerifier(TokenVerifier(KEY.jwks(), ISSUER, AUDIENCE))
    authorizer, token = _gate(world, verifier), world.token(ttl_s=3600)
    asked = []

    for _ in range(9):
        await _answers(authorizer, token)
        asked.append(verifier.asked)
        world.clock.advance(seconds=15)

    assert asked == [1, 1, 1, 1, 2, 2, 2, 2, 3]


async def test_fetch_that_brings_the_same_keys_verifies_nothing_again() -> None:
    world = World()
    verifier = TokenVerifier(KEY.jwks(), ISSUER, AUDIENCE)
    generation = verifier.generation

    verifier.replace_keys(KEY.jwks())
    same = verifier.generation
    verifier.replace_keys(IssuerKey.create().jwks())

    assert (same, await _answers(_gate(world, verifier), world.token())) == (generation, False)
    assert verifier.generation > generation
