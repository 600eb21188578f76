"""docs/identity.md says of tokens what the product checks: each claim, role, algorithm and limit, and its example."""

import re
from pathlib import Path

import msgspec
from joserfc import jws
from joserfc.jwk import RSAKey

from refunds.domain.tenancy import Role
from refunds.runtime.auth.authorizer import FACTOR_AGE_MAX_S
from refunds.runtime.auth.issuer_keys import PAUSE_S, RUSH_PAUSE_S
from refunds.runtime.auth.tokens import (
    LEEWAY_S,
    RSA_BITS_MIN,
    TOKEN_CHARS_MAX,
    VERIFIED_ALGORITHMS,
    Claims,
    TokenVerifier,
)

PAGE = (Path(__file__).parents[3] / "docs" / "identity.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)


def first_cells(chapter: str) -> set[str]:
    """The names in the first cells of a chapter's table."""
    text = PAGE.split(f"## {chapter}\n")[1].split("\n## ")[0]
    return {name for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}


def test_each_claim_is_described() -> None:
    assert first_cells("What a token must have") == set(Claims.__struct_fields__)


def test_claims_without_a_default_are_documented_as_needed() -> None:
    needed = set(re.findall(r"^\| `(\w+)` \| yes \|", PAGE, re.MULTILINE))

    assert needed == {field.name for field in msgspec.structs.fields(Claims) if field.required}


def test_each_role_is_described() -> None:
    assert first_cells("Roles") == {role.value for role in Role}


def test_algorithms_and_limits_are_those_of_the_code() -> None:
    assert all(algorithm in PAGE for algorithm in VERIFIED_ALGORITHMS)
    for sentence in (
        f"{LEEWAY_S} s of leeway",
        f"keys of {RSA_BITS_MIN:,} bits",
        f"At most {TOKEN_CHARS_MAX:,} characters",
        f"at most {FACTOR_AGE_MAX_S} s ago",
        f"then every {PAUSE_S:g} s, and at most {RUSH_PAUSE_S:g} s after",
    ):
        assert sentence in PAGE.replace("\n  ", " ")


def test_token_with_the_claims_of_the_example_is_accepted() -> None:
    assert EXAMPLE
    key = RSAKey.generate_key(RSA_BITS_MIN, auto_kid=True)
    keys = msgspec.json.encode({"keys": [key.as_dict(private=False)]})
    token = jws.serialize_compact({"alg": "RS256", "kid": key.kid}, EXAMPLE[1], key, algorithms=["RS256"])
    example = msgspec.json.decode(EXAMPLE[1])

    claims = TokenVerifier(keys, example["iss"], "brik-refunds").verify(token, example["exp"] - 60)

    assert (claims.sub, claims.role, claims.scope_id) == (example["sub"], Role.MERCHANT_ADMIN, "mer_01")
