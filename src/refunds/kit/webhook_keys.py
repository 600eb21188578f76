"""Decodes the webhook secrets in a setting into keys.

There are several secrets while a secret is being rotated. The settings check the secrets at the start of a process. The
adapters of the gateways check signatures with the keys.
"""

import base64
import binascii
from collections.abc import Sequence

SECRET_PREFIX = "whsec_"  # noqa: S105 - how a secret begins, none itself
SECRETS_MAX = 8
KEY_BYTES_MIN = 16
"""The minimum length of a key in bytes. A shorter key can be guessed."""


def keys_of(secrets: str) -> Sequence[bytes]:
    """Returns the keys of 1 to SECRETS_MAX secrets, which are separated by spaces or commas.

    Raises ValueError if the number or the form of the secrets is wrong. The error never contains a secret.
    """
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
    """Returns the bytes of a secret.

    The padding of the base64 text is optional. Returns empty bytes if the prefix, the encoding or the length is wrong.
    """
    if not secret.startswith(SECRET_PREFIX):
        return b""
    text = secret.removeprefix(SECRET_PREFIX).rstrip("=")
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return key if len(key) >= KEY_BYTES_MIN else b""
