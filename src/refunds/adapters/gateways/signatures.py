"""Verifies the signatures of webhooks as the Standard Webhooks specification defines them.

A `v1` signature is an HMAC-SHA256 over the id, the time and the exact bytes of the body. The HTTP gateway uses this
module. Whatever a webhook contains, this module raises no error and shows no secret.

The library that signs webhooks is not used here. It stops at the first malformed part of the header, supports only one
secret, and reads bodies as text.
"""

import base64
import hmac
import re
from collections.abc import Mapping

from refunds.kit.webhook_keys import keys_of
from refunds.ports.clock import Clock

TOLERANCE_S = 300
"""Maximum difference in seconds between a signature's time and this process's clock, in either direction."""

_SECONDS = re.compile(r"[0-9]{1,12}")


class Signatures:
    """Verifies signatures with several secrets. So a secret can be replaced without refusing any webhook."""

    def __init__(self, secrets: str, clock: Clock) -> None:
        self._keys = keys_of(secrets)
        self._clock = clock

    def is_genuine(self, headers: Mapping[str, str], body: bytes) -> bool:
        """True if the headers have a valid `v1` signature whose time is within TOLERANCE_S of this process's clock.

        Malformed parts and signatures of other versions are skipped, because senders may add versions that this release
        does not know.
        """
        given = {name.lower(): value for name, value in headers.items()}
        message_id, sent_at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
        if not message_id or _SECONDS.fullmatch(sent_at) is None:
            return False
        if abs(int(sent_at) - self._clock.now().timestamp()) > TOLERANCE_S:
            return False
        signed = f"{message_id}.{sent_at}.".encode("utf-8", "replace") + body
        expected = [b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256")) for key in self._keys]
        parts = given.get("webhook-signature", "").encode("utf-8", "replace").split()
        return any(hmac.compare_digest(part.rstrip(b","), right) for part in parts for right in expected)
