"""Verifies webhooks' signatures by Standard Webhooks (`v1`: HMAC-SHA256 over id, time and the exact bytes of the body).

Own code, since the library that signs stops at the first malformed part of the header, supports one secret, and reads
bodies as text. Called by the HTTP gateway. No content of a webhook raises an error here, and no secret is shown.
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
    """Verifies against several secrets, so that a secret can be rotated without refusing a webhook."""

    def __init__(self, secrets: str, clock: Clock) -> None:
        self._keys = keys_of(secrets)
        self._clock = clock

    def is_genuine(self, headers: Mapping[str, str], body: bytes) -> bool:
        """True if any `v1` signature of the header is valid and its time is close to this process's clock.

        Signatures of other versions and malformed parts are skipped: the sender may add versions that this release does
        not know.
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
