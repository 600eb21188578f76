"""Creates bearer tokens with the instance's own issuer key, as `refunds token` does."""

from pathlib import Path

from bench.instance.ready import Ready
from refunds.adapters.local.clock import SystemClock
from refunds.runtime.auth.tokens import MULTI_FACTOR, Claims, IssuerKey, issue

ISSUER, AUDIENCE = "brik-refunds-dev", "brik-refunds"
TTL_S = 4 * 3600


def bearer(ready: Ready, role: str, *, scope_id: str = "platform", with_mfa: bool = False) -> str:
    """Returns the value of an Authorization header for this role and scope."""
    key = IssuerKey.from_json(Path(ready.issuer_key_file).read_bytes())
    now_s = int(SystemClock().now().timestamp())
    claims = Claims(
        iss=ISSUER,
        aud=AUDIENCE,
        sub=f"bench:{role}",
        role=role,
        scope_id=scope_id,
        iat=now_s,
        nbf=now_s,
        exp=now_s + TTL_S,
        amr=[MULTI_FACTOR] if with_mfa else [],
        auth_time=now_s if with_mfa else None,
    )
    return "Bearer " + issue(key, claims)
