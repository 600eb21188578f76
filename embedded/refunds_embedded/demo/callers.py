"""Makes the tokens of the demonstration's callers, such as the platform's software, merchants and approvers.

Every merchant calls with its own token, so that scopes and roles apply to every call.
"""

from dataclasses import dataclass, field

from refunds.cli.client.dev_tokens import Signer, TokenWish
from refunds.domain.tenancy import PLATFORM, Role
from refunds.ports.clock import Clock
from refunds.ports.ids import IdSource

TTL_S = 900
"""Lifetime of a token in seconds. A second factor counts as recent for the same time."""

RENEW_S = 600


@dataclass(slots=True, kw_only=True)
class Callers:
    """Makes the tokens of the callers. Each token is signed once, and signed again before it expires."""

    signer: Signer
    clock: Clock
    ids: IdSource
    _tokens: dict[tuple[str, Role, str], tuple[str, float]] = field(default_factory=dict)

    def administrator(self) -> str:
        """Returns a token that may add tenants and set parameters for the platform."""
        return self._token("demo-administrator", Role.PLATFORM_ADMIN, PLATFORM)

    def recorder(self) -> str:
        """Returns a token of the software that records captured payments."""
        return self._token("demo-recorder", Role.SERVICE, PLATFORM)

    def reader(self) -> str:
        """Returns a token that may read everything and change nothing."""
        return self._token("demo-auditor", Role.AUDITOR, PLATFORM)

    def requester(self, merchant_id: str) -> str:
        """Returns a token of a merchant's admin, who requests refunds."""
        return self._token(f"requester@{merchant_id}", Role.MERCHANT_ADMIN, merchant_id)

    def approver(self, organization_id: str) -> str:
        """Returns a token of a person who decides on refunds that other callers requested.

        The person is an admin of the organization.
        """
        return self._token(f"approver@{organization_id}", Role.ORGANIZATION_ADMIN, organization_id)

    def _token(self, subject: str, role: Role, scope_id: str) -> str:
        now = self.clock.now()
        known = self._tokens.get((subject, role, scope_id))
        if known is not None and now.timestamp() < known[1]:
            return known[0]
        wish = TokenWish(subject=subject, role=role, scope_id=scope_id, has_second_factor=True, ttl_s=TTL_S)
        token = self.signer.token(wish, now, self.ids.new("tok"))
        self._tokens[subject, role, scope_id] = (token, now.timestamp() + RENEW_S)
        return token
