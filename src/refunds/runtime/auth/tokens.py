"""Verifies access tokens with public keys, and issues tokens for development.

Tokens are JWTs. Issued tokens are signed with Ed25519. The CLI and tests call `issue` with the private key of the
embedded issuer. The web calls `TokenVerifier`. Only signatures that a public key can verify are accepted. Each
algorithm is accepted only with its own type of key. The key is found by the key id in the token's header. Nothing else
in the header is used.
"""

import asyncio
import warnings
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

from refunds.texts.requests import caller_facts as facts
from refunds.texts.requests.request_fact import RequestFact

ALGORITHMS = ("Ed25519", "EdDSA")
"""Two names of one algorithm. This issuer uses the name of RFC 9864. The older name is from RFC 8037."""

VERIFIED_ALGORITHMS = (*ALGORITHMS, "RS256", "ES256")
"""The accepted algorithms. RFC 8725 allows RS256 and ES256 (RFC 7518). None of them uses a shared secret."""

RSA_BITS_MIN = 2048

TOKEN_CHARS_MAX = 4096
LEEWAY_S = 10
MULTI_FACTOR = "mfa"
"""The value of `amr` (RFC 8176) that means more than one factor."""


LATEST_S = 253_402_300_799
"""The last second of the year 9999. A later time is a mistake, usually a time in milliseconds."""

NumericDate: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=LATEST_S)]
"""Seconds since 1970 by RFC 7519, section 2. The number may have a fraction."""


class Claims(msgspec.Struct, kw_only=True):
    """The claims of a token.

    Times are in seconds since 1970. Other claims are ignored. `factors` means the same as `amr`. Issuers such as
    Cognito use `factors`, because their operator cannot set `amr`.
    """

    iss: str
    aud: str | list[str]
    sub: str
    role: str
    scope_id: str
    exp: NumericDate
    iat: NumericDate | None = None
    nbf: NumericDate | None = None
    amr: list[str] = []
    factors: list[str] = []
    auth_time: NumericDate | None = None


class TokenRefused(Exception):
    """Raised if a token is not valid. `fact` gives the reason for the caller."""

    def __init__(self, fact: RequestFact) -> None:
        super().__init__(type(fact).__name__)
        self.fact = fact


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class IssuerKey:
    """The private key of the embedded issuer. The key is never printed."""

    key: OKPKey

    def __repr__(self) -> str:
        return f"IssuerKey(kid={self.key.kid!r})"

    @classmethod
    def create(cls) -> "IssuerKey":
        """Creates a key whose id is its thumbprint (RFC 7638)."""
        key = OKPKey.generate_key("Ed25519", auto_kid=True)
        return cls(key=key)

    @classmethod
    def from_json(cls, text: bytes) -> "IssuerKey":
        """Returns the key from the text that `to_json` wrote. Raises ValueError for any other text."""
        try:
            key = OKPKey.import_key(msgspec.json.decode(text, type=dict[str, str | list[str]]))
        except (JoseError, msgspec.DecodeError, UnicodeDecodeError, TypeError, KeyError, ValueError) as error:
            raise ValueError("the issuer's key file does not hold a JWK") from error
        if not key.is_private or not key.kid:
            raise ValueError("the issuer's key file must hold a private Ed25519 JWK with a kid")
        return cls(key=key)

    def to_json(self) -> bytes:
        """Returns the private key as a JWK. The JWK is meant for a file that only its owner may read."""
        return msgspec.json.encode(self.key.as_dict(private=True))

    def jwks(self) -> bytes:
        """Returns the public key as a JWK set (RFC 7517), for `/.well-known/jwks.json`."""
        public: dict[str, Any] = self.key.as_dict(private=False)
        return msgspec.json.encode({"keys": [public | {"use": "sig", "alg": ALGORITHMS[0]}]})


def issue(key: IssuerKey, claims: Claims) -> str:
    """Returns a token with these claims, signed with the key."""
    header = {"typ": "JWT", "alg": ALGORITHMS[0], "kid": key.key.kid}
    payload = msgspec.to_builtins(claims)
    given = {name: value for name, value in payload.items() if value not in (None, [])}
    return jws.serialize_compact(header, msgspec.json.encode(given), key.key, algorithms=list(ALGORITHMS))


class TokenVerifier:
    """Verifies the tokens of one issuer with its public keys.

    `audience` is one audience, or several separated by commas. `generation` counts how often the keys have changed. A
    token that was verified in an earlier generation must be verified again.
    """

    def __init__(self, jwks: bytes, issuer: str, audience: str) -> None:
        self._keys = _public_keys(jwks)
        self._jwks = jwks
        self.generation = 0
        self.unknown_key_seen = asyncio.Event()
        self._issuer = issuer
        self._audiences = frozenset(audience.split(","))
        self._decoder = msgspec.json.Decoder(Claims)

    def replace_keys(self, jwks: bytes) -> None:
        """Replaces all keys. If `jwks` is not a JWK set, raises ValueError and keeps the current keys."""
        if jwks == self._jwks:
            return
        self._keys = _public_keys(jwks)
        self._jwks = jwks
        self.generation += 1

    def verify(self, token: str, now_s: float) -> Claims:
        """Returns the claims of the token. Raises TokenRefused if the token is not valid at the time `now_s`."""
        if len(token) > TOKEN_CHARS_MAX:
            raise TokenRefused(facts.TokenTooLong())
        claims = self._read(token)
        if claims.iss != self._issuer:
            raise TokenRefused(facts.TokenOfOtherIssuer())
        audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        if self._audiences.isdisjoint(audiences):
            raise TokenRefused(facts.TokenOfOtherAudience())
        if claims.exp + LEEWAY_S <= now_s:
            raise TokenRefused(facts.TokenExpired())
        if claims.nbf is not None and claims.nbf - LEEWAY_S > now_s:
            raise TokenRefused(facts.TokenNotYetValid())
        return claims

    def _read(self, token: str) -> Claims:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                signed = jws.deserialize_compact(token, self._key_of, algorithms=VERIFIED_ALGORITHMS)
            return self._decoder.decode(signed.payload)
        except (JoseError, msgspec.DecodeError, UnicodeError, ValueError) as error:
            raise TokenRefused(facts.TokenInvalid()) from error

    def _key_of(self, signed: Any) -> Key:
        kid = signed.headers().get("kid")
        key = self._keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            self.unknown_key_seen.set()
            raise ValueError("the token names no key of the issuer")
        return key


def _public_keys(jwks: bytes) -> dict[str, Key]:
    """Returns the usable keys of the JWK set by key id.

    Raises ValueError if `jwks` is not a JWK set. A key is left out if its type is not accepted, if it is too short, or
    if it has no id. If the set is empty, the result is empty and no token is valid. The library refuses an empty set,
    so this function handles it.
    """
    try:
        listed = msgspec.json.decode(jwks, type=_KeySet).keys
        keys = KeySet.import_key_set({"keys": listed}) if listed else ()
    except (msgspec.MsgspecError, JoseError, TypeError, KeyError, UnicodeDecodeError) as error:
        raise ValueError("not a JWK set") from error
    return {key.kid: key for key in keys if key.kid and _is_fit(key)}


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


def _is_fit(key: Key) -> bool:
    if isinstance(key, RSAKey):
        return bool(key.raw_value.key_size >= RSA_BITS_MIN)
    return isinstance(key, OKPKey) or (isinstance(key, ECKey) and key.curve_name == "P-256")
