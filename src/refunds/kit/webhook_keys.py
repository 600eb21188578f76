"""Decodes the webhook secrets of a setting: one, or several while a secret is being rotated.

Called by the settings, which check them at the start, and by the gateways, which check signatures with them.
"""

import base64
import binascii
from collections.abc import Sequence

SECRET_PREFIX = "whsec_"  # noqa: S105 - how a secret begins, none itself
SECRETS_MAX = 8
KEY_BYTES_MIN = 16
"""Minimum length of a key: a shorter key can be guessed."""


def keys_of(secrets: str) -> Sequence[bytes]:
    """Returns the keys of 1 to SECRETS_MAX secrets separated by spaces or commas. ValueError, without their content."""
    named = secrets.replace(",", " ").split()
    if not 1 <= len(named) <= SECRETS_MAX:
        raise ValueError(f"must hold 1 to {SECRETS_MAX} webhook secrets separated by spaces, not {len(named)}")
    keys = [_key_of(secret) for secret in named]
    if not all(keys):
        wrong = ", ".join(str(number) for number, key in enumerate(keys, 1) if not key)
        raise ValueError(
            f"must hold secrets of {SECRET_PREFIX} and base64 of at least {KEY_BYTES_MIN} bytes; "
            f"wrong are those at place {wrong}"
        )
    return keys


def _key_of(secret: str) -> bytes:
    """Returns the bytes of a secret, whose padding is optional; empty if prefix, encoding or length is wrong."""
    if not secret.startswith(SECRET_PREFIX):
        return b""
    text = secret.removeprefix(SECRET_PREFIX).rstrip("=")
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return key if len(key) >= KEY_BYTES_MIN else b""
