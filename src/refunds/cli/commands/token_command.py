"""Defines `refunds token`, which prints a development token that is signed with the embedded issuer's key."""

import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import aiohttp
import msgspec
from cyclopts import Parameter

from refunds.adapters.local.clock import SystemClock
from refunds.adapters.local.ids import SystemIds
from refunds.cli.client.choices import RoleChoice
from refunds.cli.client.client import Call, connected
from refunds.cli.client.dev_tokens import Signer, TokenWish
from refunds.cli.client.instance_option import DEVELOPER, READY_FILE, AsJson, read_instance
from refunds.cli.client.whole_numbers import whole
from refunds.cli.errors import command, failure
from refunds.cli.views.output import print_json
from refunds.domain.tenancy import PLATFORM, Role
from refunds.runtime.schema.fields import TENANT_ID_PATTERN
from refunds.texts import command_facts as facts

TTL_MAX_S = 86_400
CHECK_TTL_S = 60
NOT_FOUND = 404


class TokenOut(msgspec.Struct, kw_only=True, frozen=True):
    """The token and its contents as JSON."""

    token: str
    token_type: str = "Bearer"  # noqa: S105 - the scheme of RFC 6750, no secret
    expires_at: datetime


@command
async def token(
    *,
    role: RoleChoice,
    scope: str,
    ready_file: Path = READY_FILE,
    mfa: Annotated[bool, Parameter(negative="")] = False,
    ttl: Annotated[int, whole(gte=1, lte=TTL_MAX_S)] = 3600,
    sub: str = "developer",
    as_json: AsJson = False,
) -> int:
    """Print an access token for a running instance.

    Parameters
    ----------
    role
        Role of the person or program that uses the token.
    scope
        Tenant for which the token is valid, with all tenants below it; `platform` is the root of all tenants.
    ready_file
        Written by `refunds up`; contains the path of the issuer's key.
    mfa
        The token states that its user has just used a second factor.
    ttl
        Seconds until the token expires.
    sub
        Id of the person or program that uses the token.
    """
    if not sub.strip():
        raise failure(facts.SubjectEmpty())
    if re.search(TENANT_ID_PATTERN, scope) is None:
        raise failure(facts.ScopeMalformed(scope=repr(scope)))
    ready = read_instance(ready_file)
    wish = TokenWish(subject=sub, role=role, scope_id=scope, has_second_factor=mfa, ttl_s=ttl)
    now = SystemClock().now()
    signer = Signer.from_file(ready.issuer_key_file)
    await _check_scope(ready.url, scope, signer, now)
    signed = signer.token(wish, now, SystemIds().new("tok"))
    if as_json:
        print_json(msgspec.json.encode(TokenOut(token=signed, expires_at=now + timedelta(seconds=ttl))))
    else:
        sys.stdout.write(f"{signed}\n")
    return 0


async def _check_scope(url: str, scope: str, signer: Signer, now: datetime) -> None:
    """Raises CommandFailed if the instance reports that it has no tenant `scope`.

    Returns normally if the instance cannot be reached.
    """
    wish = TokenWish(
        subject=DEVELOPER, role=Role.PLATFORM_ADMIN, scope_id=PLATFORM, has_second_factor=False, ttl_s=CHECK_TTL_S
    )
    bearer = signer.token(wish, now, SystemIds().new("tok"))
    try:
        async with connected(url, tries_max=1) as client:
            answer = await client.send(Call(method="GET", path="/v1/tenants/{}", ids=(scope,)), bearer)
    except (aiohttp.ClientError, TimeoutError):
        return
    if answer.status == NOT_FOUND:
        raise failure(facts.TenantUnknown(scope=scope))
