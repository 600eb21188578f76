"""Who is let in, and who may do what: every route times every role."""

from typing import Any

import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey
from tests.support.http.site import AUDIENCE, ISSUER, KEY, MERCHANT, Client

from refunds.domain.tenancy import Role
from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.auth.policies import Policies
from refunds.runtime.auth.tokens import TokenRefused, TokenVerifier

ADMINS = {"platform_admin", "bank_admin", "program_admin", "organization_admin", "merchant_admin"}

EVERYBODY = {role.value for role in Role}

MAY: dict[str, set[str]] = {
    "read_tenants": EVERYBODY,
    "read_payments": EVERYBODY,
    "read_refunds": EVERYBODY,
    "read_events": EVERYBODY,
    "read_audit": ADMINS | {"auditor"},
    "read_parameters": EVERYBODY,
    "add_tenant": ADMINS - {"merchant_admin"},
    "record_payment": {"service", "platform_admin"},
    "request_refund": EVERYBODY - {"auditor"},
    "submit_refund": EVERYBODY - {"auditor"},
    "cancel_refund": EVERYBODY - {"auditor"},
    "decide_approval": ADMINS,
    "reconcile_refund": {"platform_admin"},
    "set_parameter": ADMINS,
}

PUBLIC = {
    "/health",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/.well-known/jwks.json",
    "/openapi.json",
    "/docs",
}


def _paths(document: Any) -> list[tuple[str, str, bool]]:
    return [
        (method.upper(), path, bool(of["security"]))
        for path, methods in document["paths"].items()
        for method, of in methods.items()
    ]


def _filled(path: str) -> str:
    filled = path.replace("{payment_id}", "pay_none").replace("{tenant_id}", MERCHANT)
    return filled.replace("{refund_id}", "ref_none").replace("{name}", "refund_window_days")


async def test_every_route_lets_in_the_roles_that_may_and_no_others(api: Client) -> None:
    authorizer = Authorizer(
        verifier=TokenVerifier(KEY.jwks(), ISSUER, AUDIENCE),
        policies=Policies([]),
        clock=api.world.clock,
        is_known_tenant=bool,
        reload=api.world.config_cache.refresh,
    )
    routes = [e for e in api.world.endpoints(authorizer) if e.action is not None]
    assert {route.action for route in routes} == set(MAY)

    for route in routes:
        for role in sorted(EVERYBODY):
            token = api.world.token(role, mfa_age_s=0)
            body = {"colour": "red"} if route.method != "GET" else None
            reply = await api.call(route.method, _filled(route.path), body, token=token)
            is_let_in = reply.status not in (401, 403)
            assert is_let_in == (role in MAY[str(route.action)]), (route.method, route.path, role, reply.text)
            assert reply.status < 500


async def test_every_route_but_the_public_ones_wants_a_token(api: Client) -> None:
    document = (await api.get("/openapi.json")).body

    for method, path, needs_token in _paths(document):
        reply = await api.call(method, _filled(path), headers={"Authorization": ""})
        if path in PUBLIC:
            assert not needs_token
            assert reply.status == 200
        else:
            assert needs_token
            assert (reply.status, reply.code) == (401, "unauthenticated")
            assert reply.headers["www-authenticate"].startswith("Bearer")


def _signed(header: dict[str, str], key: Any, **claims: Any) -> str:
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "x", "role": "platform_admin", "scope_id": "platform"}
    return jws.serialize_compact(
        header, msgspec.json.encode(said | {"exp": 4_000_000_000} | claims), key, [header["alg"]]
    )


def _forged(kind: str) -> str:
    kid = str(KEY.key.kid)
    if kind == "none":
        return _signed({"alg": "none", "kid": kid}, None)
    if kind == "hs256 with the public key":
        return _signed(
            {"alg": "HS256", "kid": kid}, OctKey.import_key(KEY.key.as_dict(private=False)["x"].ljust(32, "x"))
        )
    if kind == "another key under our kid":
        return _signed({"alg": "Ed25519", "kid": kid}, OKPKey.generate_key("Ed25519"))
    if kind == "another kid":
        return _signed({"alg": "Ed25519", "kid": "other"}, KEY.key)
    if kind == "no kid":
        return _signed({"alg": "Ed25519"}, KEY.key)
    changes: dict[str, dict[str, Any]] = {
        "another issuer": {"iss": "https://evil.test"},
        "another audience": {"aud": ["other"]},
        "expired": {"exp": 1},
        "not valid yet": {"nbf": 4_000_000_000},
        "unknown role": {"role": "root"},
        "unknown scope": {"scope_id": "mer_none"},
        "no subject": {"sub": ""},
        "subject with a line break": {"sub": "a\nb"},
        "role of another type": {"role": 7},
    }
    return _signed({"alg": "Ed25519", "kid": kid}, KEY.key, **changes[kind])


@pytest.mark.parametrize(
    "kind",
    [
        "none",
        "hs256 with the public key",
        "another key under our kid",
        "another kid",
        "no kid",
        "another issuer",
        "another audience",
        "expired",
        "not valid yet",
        "unknown role",
        "unknown scope",
        "no subject",
        "subject with a line break",
        "role of another type",
    ],
)
async def test_token_that_is_not_ours_or_not_valid_is_refused(api: Client, kind: str) -> None:
    refused = await api.get("/v1/refunds", token=_forged(kind))

    assert (refused.status, refused.code) == (401, "unauthenticated")
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]


@pytest.mark.parametrize(
    "header", ["Basic YTpi", "Bearer", "Bearer ", "Bearer a.b", "Bearer é", "Bearer " + "x" * 5000]
)
async def test_header_that_is_no_bearer_token_is_refused(api: Client, header: str) -> None:
    refused = await api.get("/v1/refunds", headers={"Authorization": header})

    assert (refused.status, refused.code) == (401, "unauthenticated")


def test_older_name_of_the_algorithm_is_taken_from_issuers_that_do_not_name_one() -> None:
    keys = msgspec.json.encode({"keys": [KEY.key.as_dict(private=False)]})
    token = _signed({"alg": "EdDSA", "kid": str(KEY.key.kid)}, KEY.key)

    assert TokenVerifier(keys, ISSUER, AUDIENCE).verify(token, 0).sub == "x"
    with pytest.raises(TokenRefused):
        TokenVerifier(KEY.jwks(), ISSUER, AUDIENCE).verify(token, 0)


async def test_remembered_token_ends_when_it_expires(api: Client) -> None:
    token = api.world.token(ttl_s=60)
    before = await api.get("/v1/refunds", token=token)

    api.world.clock.advance(seconds=120)
    after = await api.get("/v1/refunds", token=token)

    assert (before.status, after.status) == (200, 401)
