"""`refunds token`: a development token, signed with the embedded issuer's key."""

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number

from refunds.adapters.clock import SystemClock
from refunds.adapters.ids import SystemIds
from refunds.cli.choices import RoleChoice
from refunds.cli.failures import command
from refunds.cli.output import print_json
from refunds.cli.signing import TokenWish, signed_token
from refunds.cli.target import READY_FILE, AsJson, read_instance

TTL_MAX_S = 86_400


class TokenOut(msgspec.Struct, kw_only=True, frozen=True):
    """The document for programs."""

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
    ttl: Annotated[int, Parameter(validator=Number(gte=1, lte=TTL_MAX_S))] = 3600,
    sub: str = "developer",
    as_json: AsJson = False,
) -> int:
    """Print an access token for a running instance.

    Parameters
    ----------
    role
        What the bearer is.
    scope
        Tenant below which the bearer may see and do things; `platform` is the root.
    ready_file
        Written by `refunds up`; tells where the issuer's key is.
    mfa
        Say that a second factor was shown just now.
    ttl
        Seconds until it expires.
    sub
        Who the bearer is.
    """
    wish = TokenWish(subject=sub, role=role, scope_id=scope, has_second_factor=mfa, ttl_s=ttl)
    key_file = read_instance(ready_file).issuer_key_file
    now = SystemClock().now()
    signed = signed_token(key_file, wish, now, SystemIds().new("tok"))
    if as_json:
        print_json(msgspec.json.encode(TokenOut(token=signed, expires_at=now + timedelta(seconds=ttl))))
    else:
        sys.stdout.write(f"{signed}\n")
    return 0
