"""Signs development tokens with the embedded issuer's private key.

Called by `refunds token`, by commands that use a ready file, and by the demonstration.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from refunds.cli.errors import failure
from refunds.domain.tenancy import Role
from refunds.runtime.auth.tokens import MULTI_FACTOR, Claims, IssuerKey, issue
from refunds.texts import command_facts as facts

ISSUER, AUDIENCE = "brik-refunds-dev", "brik-refunds"


class IdentifiedClaims(Claims, kw_only=True):
    """Claims of a token, with the token's id (`jti`, RFC 7519)."""

    jti: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWish:
    """The contents of a development token. The token is valid for `ttl_s` seconds."""

    subject: str
    role: Role
    scope_id: str
    has_second_factor: bool
    ttl_s: int


def signed_token(key_file: Path, wish: TokenWish, now: datetime, token_id: str) -> str:
    """Returns a token that is valid from `now`. Raises CommandFailed if the key cannot be read."""
    return Signer.from_file(key_file).token(wish, now, token_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signs tokens with the issuer's key, which is read only once."""

    key: IssuerKey

    @classmethod
    def from_file(cls, key_file: Path) -> "Signer":
        """Returns a signer with the key in this file.

        Raises CommandFailed if the file is missing or contains no key.
        """
        try:
            return cls(key=IssuerKey.from_json(key_file.read_bytes()))
        except (OSError, ValueError) as error:
            raise failure(facts.IssuerKeyUnreadable(file=str(key_file), error=str(error))) from None

    def token(self, wish: TokenWish, now: datetime, token_id: str) -> str:
        """Returns a token that is valid from `now` for the time in `wish`."""
        now_s = int(now.timestamp())
        return issue(self.key, _claims(wish, now_s, token_id))


def _claims(wish: TokenWish, now_s: int, token_id: str) -> IdentifiedClaims:
    return IdentifiedClaims(
        iss=ISSUER,
        aud=AUDIENCE,
        sub=wish.subject,
        role=wish.role.value,
        scope_id=wish.scope_id,
        iat=now_s,
        nbf=now_s,
        exp=now_s + wish.ttl_s,
        jti=token_id,
        amr=[MULTI_FACTOR] if wish.has_second_factor else [],
        auth_time=now_s if wish.has_second_factor else None,
    )
