"""Cognito's access tokens with the claims that our function adds pass the product, with role, scope and second factor.

The function runs as Lambda runs it; the token around its claims has the shape that Cognito gives to a person's access
token, signed RS256 by a key that the product fetches as a JWK set.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import RSAKey
from tests.infrastructure.lambdas.lambda_source import load
from tests.infrastructure.third_party.third_party_source import ROOT
from tests.support.http.answering_server import answering
from tests.support.http.site import BANK, MERCHANT, OTHER_MERCHANT, Client, World, running

from refunds.domain.tenancy import Role
from refunds.runtime.auth.issuer_keys import IssuerKeys, KeyAddress
from refunds.runtime.auth.tokens import TokenVerifier

IDENTITY = ROOT / "infrastructure/terraform/modules/identity"
SOURCE = IDENTITY / "claims/python"
POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"
CONSOLE, OTHER_CONSOLE = "7pikeclient", "7barracudaclient"
KEY = RSAKey.generate_key(2048, auto_kid=True)
SIGNED_IN = "TokenGeneration_HostedAuth"


def event(groups: list[str], attributes: Mapping[str, str], client_id: str, trigger: str) -> dict[str, Any]:
    """What Cognito hands to the function."""
    return {
        "version": "2",
        "triggerSource": trigger,
        "userPoolId": "eu-west-1_abc",
        "userName": "5f1c",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client_id},
        "request": {
            "userAttributes": {"sub": "5f1c", "email_verified": "true", **attributes},
            "groupConfiguration": {"groupsToOverride": groups, "iamRolesToOverride": []},
            "scopes": ["openid", "email"],
        },
        "response": {"claimsAndScopeOverrideDetails": None},
    }


def access_token(
    now_s: int,
    role: str = "bank_admin",
    scope_id: str = BANK,
    client_id: str = CONSOLE,
    trigger: str = SIGNED_IN,
    age_s: int = 30,
) -> str:
    """A person's access token, with what the function adds."""
    answer = load(SOURCE, "function").handler(event([role], {"custom:scope_id": scope_id}, client_id, trigger), None)
    added = answer["response"]["claimsAndScopeOverrideDetails"]["accessTokenGeneration"]["claimsToAddOrOverride"]
    said = {
        "sub": "5f1c",
        "cognito:groups": [role],
        "iss": POOL,
        "version": 2,
        "client_id": client_id,
        "origin_jti": "0b",
        "event_id": "7e",
        "token_use": "access",
        "scope": "openid email",
        "auth_time": now_s - age_s,
        "exp": now_s + 900,
        "iat": now_s,
        "jti": "1d",
        "username": "5f1c",
    } | added
    return jws.serialize_compact({"kid": KEY.kid, "alg": "RS256"}, msgspec.json.encode(said), KEY)


@asynccontextmanager
async def believing_cognito() -> AsyncIterator[tuple[Client, int]]:
    """The product's API with the pool as its issuer, and the time there."""
    verifier = TokenVerifier(b'{"keys":[]}', POOL, f"{OTHER_CONSOLE},{CONSOLE}")
    keys = msgspec.json.encode({"keys": [KEY.as_dict(private=False) | {"use": "sig", "alg": "RS256"}]})
    async with answering(lambda _: (200, keys, 0)) as server:
        await IssuerKeys(fetch=KeyAddress(url=f"http://127.0.0.1:{server.port}/jwks"), verifier=verifier).load()
    world = World()
    async with running(world, verifier=verifier) as api:
        yield api, int(world.clock.now().timestamp())


@pytest.fixture
def mfa(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda text: monkeypatch.setenv("MFA", text)


async def set_parameter(api: Client, token: str) -> int:
    """What needs a second factor."""
    body = {"tenant_id": BANK, "value": 30}
    reply = await api.call("PUT", "/v1/parameters/refund_window_days/values", body, token=token)
    return reply.status


async def test_person_acts_in_role_and_scope_with_the_second_factor_that_the_pool_asked_for(
    mfa: Callable[[str], None],
) -> None:
    mfa("ON")
    async with believing_cognito() as (api, now_s):
        token = access_token(now_s)
        own = await api.get(f"/v1/tenants/{MERCHANT}", token=token)
        set_ = await set_parameter(api, token)

    assert own.status == 200
    assert set_ == 201


async def test_scope_of_one_merchant_shows_no_other(mfa: Callable[[str], None]) -> None:
    mfa("ON")
    async with believing_cognito() as (api, now_s):
        token = access_token(now_s, role="merchant_admin", scope_id=MERCHANT)
        own = await api.get(f"/v1/tenants/{MERCHANT}", token=token)
        other = await api.get(f"/v1/tenants/{OTHER_MERCHANT}", token=token)

    assert (own.status, other.status) == (200, 404)


@pytest.mark.parametrize(
    ("asked", "trigger", "age_s"),
    [
        ("OPTIONAL", SIGNED_IN, 30),
        ("ON", "TokenGeneration_AuthenticateDevice", 30),
        ("ON", "TokenGeneration_RefreshTokens", 901 + 10),
    ],
    ids=["pool-that-asks-not-all", "remembered-device", "sign-in-of-long-ago"],
)
async def test_factor_that_was_not_shown_just_now_is_asked_for(
    mfa: Callable[[str], None], asked: str, trigger: str, age_s: int
) -> None:
    mfa(asked)
    async with believing_cognito() as (api, now_s):
        status = await set_parameter(api, access_token(now_s, trigger=trigger, age_s=age_s))

    assert status == 401


@pytest.mark.parametrize(
    ("role", "scope_id", "client_id"),
    [("stranger", BANK, CONSOLE), ("auditor", "", CONSOLE), ("auditor", BANK, "7foreignclient")],
    ids=["no-role", "no-scope", "another-client"],
)
async def test_token_that_lacks_a_claim_or_is_for_another_client_is_refused(
    mfa: Callable[[str], None], role: str, scope_id: str, client_id: str
) -> None:
    mfa("ON")
    async with believing_cognito() as (api, now_s):
        token = access_token(now_s, role=role, scope_id=scope_id, client_id=client_id)
        reply = await api.get("/v1/refunds", token=token)

    assert (reply.status, reply.code) == (401, "unauthenticated")


def test_first_role_counts_where_somebody_has_two() -> None:
    added = load(SOURCE, "claims").added_claims(["auditor", "bank_admin"], {}, CONSOLE, SIGNED_IN, True)

    assert added == {"aud": CONSOLE, "role": "bank_admin", "factors": ["mfa"]}


def test_roles_of_the_function_are_those_of_the_groups_and_of_the_product() -> None:
    groups = re.findall(r'^    "([a-z_]+)",$', (IDENTITY / "groups.tf").read_text(), re.MULTILINE)

    assert list(load(SOURCE, "claims").ROLES) == groups == [role.value for role in Role]


def test_package_is_the_source() -> None:
    with ZipFile(IDENTITY / "claims/claims.zip") as package:
        packed = {name: package.read(name) for name in package.namelist()}

    assert packed == {path.name: path.read_bytes() for path in SOURCE.glob("*.py")}
