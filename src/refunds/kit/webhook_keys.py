"""Secrets of webhooks as a setting holds them: one, or several while a gateway exchanges one for another.

Read by the settings, which check them at the start, and by the gateways, which check signatures by them.
"""

import base64
import binascii
from collections.abc import Sequence

SECRET_PREFIX = "whsec_"  # noqa: S105 - how a secret begins, none itself
SECRETS_MAX = 8


def keys_of(secrets: str) -> Sequence[bytes]:
    """The keys of one to SECRETS_MAX secrets separated by spaces or commas; ValueError that shows none of them."""
    named = secrets.replace(",", " ").split()
    if not 1 <= len(named) <= SECRETS_MAX:
        raise ValueError(f"must hold 1 to {SECRETS_MAX} webhook secrets separated by spaces, not {len(named)}")
    keys = [_key_of(secret) for secret in named]
    if not all(keys):
        wrong = ", ".join(str(number) for number, key in enumerate(keys, 1) if not key)
        raise ValueError(f"must hold secrets of {SECRET_PREFIX} and base64; wrong are those at place {wrong}")
    return keys


def _key_of(secret: str) -> bytes:
    """The bytes of a secret, its prefix and padding optional; empty where it is none."""
    text = secret.removeprefix(SECRET_PREFIX).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
