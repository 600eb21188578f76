"""Authenticates callers and authorizes their actions.

A bearer token becomes a Principal, and policies decide on each action. `runtime.app.web` calls this module for every
route with an action. Handlers also call this module if their action concerns a particular tenant.

A verified token is cached by its digest for at most `REMEMBERED_S`, but never beyond its expiry. The cache is cleared
when the issuer's keys change. So the signature of a token is checked about once a minute.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol

from refunds.domain.tenancy import Principal, Role, Scope, TenantKind
from refunds.ports.clock import Clock
from refunds.runtime.auth.policies import Permission, Policies
from refunds.runtime.auth.tokens import LEEWAY_S, MULTI_FACTOR, Claims, TokenRefused
from refunds.runtime.http.problems import FORBIDDEN, SECOND_FACTOR_NEEDED, UNAUTHENTICATED, Problem, problem
from refunds.texts.requests import caller_facts as facts
from refunds.texts.requests.request_fact import RequestFact

REMEMBERED_TOKENS_MAX = 10_000
REMEMBERED_S = 60.0
FACTOR_AGE_MAX_S = 900
"""Maximum age of a second factor, in seconds, for actions that need one."""

_SUBJECT = re.compile(r"[\x21-\x7e]{1,128}")
_ROLES = frozenset(role.value for role in Role)


class Verifier(Protocol):
    """Verifies tokens in the same way as `runtime.auth.tokens.TokenVerifier`.

    `generation` changes whenever the keys of the verifier change.
    """

    @property
    def generation(self) -> int:
        """Returns how often the keys have changed."""
        ...

    def verify(self, token: str, now_s: float) -> Claims:
        """Returns the claims of the token. Raises TokenRefused if the token is not valid at the time `now_s`."""
        ...


@dataclass(slots=True, kw_only=True)
class Authorizer:
    """Authenticates and authorizes requests.

    `is_known_tenant` checks whether the tree of tenants contains the scope of a token. If the tree does not contain it,
    the check is repeated after `reload`, because another process may just have added the tenant.
    """

    verifier: Verifier
    policies: Policies
    clock: Clock
    is_known_tenant: Callable[[str], bool]
    reload: Callable[[], Awaitable[object]]
    _remembered: dict[bytes, tuple[Principal, float]] = field(default_factory=dict)
    _generation: int = 0

    async def admit(self, action: str, headers: Mapping[bytes, bytes]) -> Principal:
        """Returns the principal if it may do the action for at least one tenant of its scope.

        Otherwise raises a problem 403, or 401 if the token is not valid or a second factor is needed.
        """
        principal = await self._principal(headers.get(b"authorization"))
        self.check(principal, action, TenantKind.MERCHANT)
        return principal

    def check(self, principal: Principal, action: str, level: TenantKind) -> None:
        """Raises a problem 403 if the action at this level is forbidden, or 401 if a second factor is needed."""
        has_recent_factor = principal.mfa_at_s is not None and self._is_recent(principal.mfa_at_s)
        permission = self.policies.permission(principal.role, action, level, has_recent_factor)
        if permission is Permission.ALLOWED:
            return
        if permission is Permission.NEEDS_SECOND_FACTOR:
            raise _second_factor_needed()
        roles = tuple(role.value for role in self.policies.roles_for(action, level))
        raise problem(
            FORBIDDEN,
            facts.RoleForbids(role=principal.role.value, roles=roles) if roles else facts.NoRoleAllows(),
        )

    def _is_recent(self, shown_at_s: int) -> bool:
        age_s = self.clock.now().timestamp() - shown_at_s
        return -LEEWAY_S <= age_s <= FACTOR_AGE_MAX_S

    async def _principal(self, header: bytes | None) -> Principal:
        if header is None or header[:7].lower() != b"bearer ":
            raise _unauthenticated(facts.TokenMissing())
        if self.verifier.generation != self._generation:
            self._remembered.clear()
            self._generation = self.verifier.generation
        now_s = self.clock.now().timestamp()
        digest = blake2b(header, digest_size=16).digest()
        known = self._remembered.get(digest)
        if known is None or known[1] <= now_s:
            known = self._verified(header, digest, now_s)
        node_id = known[0].scope.node_id
        if not self.is_known_tenant(node_id):
            await self.reload()
            if not self.is_known_tenant(node_id):
                raise _unauthenticated(facts.TokenScopeUnknown(), "invalid_token")
        return known[0]

    def _verified(self, header: bytes, digest: bytes, now_s: float) -> tuple[Principal, float]:
        try:
            claims = self.verifier.verify(header[7:].strip().decode("ascii"), now_s)
            principal = _principal_of(claims)
        except (TokenRefused, UnicodeDecodeError) as error:
            fact = error.fact if isinstance(error, TokenRefused) else facts.TokenNotAscii()
            raise _unauthenticated(fact, "invalid_token") from None
        if len(self._remembered) >= REMEMBERED_TOKENS_MAX:
            self._remembered.clear()
        known = self._remembered[digest] = (principal, min(claims.exp + LEEWAY_S, now_s + REMEMBERED_S))
        return known


def _principal_of(claims: Claims) -> Principal:
    if not _SUBJECT.fullmatch(claims.sub):
        raise TokenRefused(facts.TokenSubjectMalformed())
    if claims.role not in _ROLES:
        raise TokenRefused(facts.TokenRoleUnknown())
    mfa_at_s = None
    if claims.auth_time is not None and MULTI_FACTOR in (*claims.amr, *claims.factors):
        mfa_at_s = int(claims.auth_time)
    return Principal(id=claims.sub, role=Role(claims.role), scope=Scope(node_id=claims.scope_id), mfa_at_s=mfa_at_s)


def _unauthenticated(fact: RequestFact, error: str = "") -> Problem:
    challenge = 'Bearer realm="refunds"' + (f', error="{error}"' if error else "")
    return problem(UNAUTHENTICATED, fact, headers=((b"www-authenticate", challenge.encode()),))


def _second_factor_needed() -> Problem:
    """Returns the problem for a request that needs a second factor (RFC 9470).

    The client then asks its user for a second factor and repeats the request.
    """
    challenge = (
        'Bearer realm="refunds", error="insufficient_user_authentication", '
        f'error_description="A second factor within {FACTOR_AGE_MAX_S} s is needed", max_age="{FACTOR_AGE_MAX_S}"'
    )
    return problem(
        SECOND_FACTOR_NEEDED,
        facts.SecondFactorMissing(age_max_s=FACTOR_AGE_MAX_S),
        headers=((b"www-authenticate", challenge.encode()),),
    )
