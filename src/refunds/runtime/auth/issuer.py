"""Serves the public keys of the embedded issuer at `/.well-known/jwks.json`."""

from dataclasses import dataclass

from refunds.runtime.http.endpoint import Answer, Call, Endpoint

_CACHED = ((b"cache-control", b"public, max-age=300"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerRoutes:
    """The handler of the route for the public keys. `jwks` contains the keys as JSON (RFC 7517)."""

    jwks: bytes

    async def keys(self, _call: Call) -> Answer:
        """Answers GET /.well-known/jwks.json."""
        return Answer(body=self.jwks, headers=_CACHED, is_private=False)

    def endpoints(self) -> list[Endpoint]:
        """Returns the route for the public keys."""
        return [
            Endpoint(
                method="GET",
                path="/.well-known/jwks.json",
                operation_id="getSigningKeys",
                tag="operations",
                summary="Public keys of the embedded issuer",
                handler=self.keys,
                action=None,
                response_example={"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "…", "x": "…"}]},
            )
        ]
