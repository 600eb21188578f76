"""Who may set parameters and add tenants, and the files of policies and keys at the start."""

import pytest
from tests.support.http.site import AUDIENCE, ISSUER, KEY, MERCHANT, OTHER_MERCHANT, Client, World

from refunds.domain.tenancy import Role, TenantKind
from refunds.runtime.auth.authorizer import FACTOR_AGE_MAX_S, Authorizer
from refunds.runtime.auth.policies import Policies
from refunds.runtime.auth.tokens import IssuerKey, TokenVerifier
from refunds.services.api import app as api_service
from refunds.services.parameter_resolution import app as parameter_service


async def test_admin_sets_parameters_at_its_level_and_below_with_a_second_factor(api: Client) -> None:
    path = "/v1/parameters/refund_window_days/values"

    async def put(role: str, scope: str, tenant: str, mfa_age_s: int | None = 0) -> tuple[int, str]:
        token = api.world.token(role, scope, mfa_age_s=mfa_age_s)
        reply = await api.call("PUT", path, {"tenant_id": tenant, "value": 30}, token=token)
        return reply.status, "" if reply.status == 201 else reply.code

    assert await put("merchant_admin", MERCHANT, MERCHANT) == (201, "")
    assert await put("organization_admin", "org_01", MERCHANT) == (201, "")
    assert await put("platform_admin", "platform", "platform") == (201, "")
    assert await put("merchant_admin", "org_01", "org_01") == (403, "forbidden")
    assert await put("merchant_admin", MERCHANT, OTHER_MERCHANT) == (404, "tenant_not_found")
    assert await put("support_staff", "platform", MERCHANT) == (403, "forbidden")
    assert await put("merchant_admin", MERCHANT, MERCHANT, None) == (401, "insufficient_user_authentication")
    too_old = FACTOR_AGE_MAX_S + 5
    assert await put("merchant_admin", MERCHANT, MERCHANT, too_old) == (401, "insufficient_user_authentication")
    assert await put("merchant_admin", MERCHANT, MERCHANT, -3600) == (401, "insufficient_user_authentication")


async def test_admin_adds_tenants_below_its_own_level_only(api: Client) -> None:
    async def add(role: str, scope: str, kind: str, parent: str) -> int:
        token = api.world.token(role, scope)
        return (await api.post("/v1/tenants", {"kind": kind, "parent_id": parent, "name": "N"}, token=token)).status

    assert await add("organization_admin", "org_01", "merchant", "org_01") == 201
    assert await add("organization_admin", "prg_01", "organization", "prg_01") == 403
    assert await add("organization_admin", "org_01", "merchant", "org_02") == 404
    assert await add("platform_admin", "platform", "bank", "platform") == 201


async def test_each_question_is_asked_of_cedar_once() -> None:
    world = World()
    policies = Policies([api_service.policy(), parameter_service.policy()])
    authorizer = Authorizer(
        verifier=TokenVerifier(KEY.jwks(), ISSUER, AUDIENCE),
        policies=policies,
        clock=world.clock,
        is_known_tenant=bool,
        reload=world.config_cache.refresh,
    )
    headers = {b"authorization": f"Bearer {world.token()}".encode()}

    first = await authorizer.admit("read_refunds", headers)
    second = await authorizer.admit("read_refunds", headers)

    assert first is second
    assert len(policies._known) == 1


def test_roles_for_an_action_include_those_that_need_a_second_factor_and_may_be_none() -> None:
    policies = Policies([api_service.policy(), parameter_service.policy()])

    assert policies.roles_for("reconcile_refund", TenantKind.MERCHANT) == (Role.PLATFORM_ADMIN,)
    assert policies.roles_for("add_tenant", TenantKind.PLATFORM) == ()


def test_policy_that_is_not_cedar_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="input"):
        Policies(["permit(principal"])


def test_issuer_key_survives_its_file_and_hides_itself() -> None:
    key = IssuerKey.create()

    again = IssuerKey.from_json(key.to_json())

    assert again.jwks() == key.jwks()
    assert b'"d"' not in key.jwks()
    assert key.key.as_dict(private=True)["d"] not in repr(key)


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"kty":"OKP"}', b"\xff", KEY.jwks()])
def test_file_without_a_private_key_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="key file"):
        IssuerKey.from_json(text)
