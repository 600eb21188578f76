"""Signs with an HMAC key that never leaves KMS. See `ports.audit.mac_signer`.

KMS receives only the SHA-256 digest of the message.
"""

from hashlib import sha256

from aiobotocore.client import AioBaseClient
from botocore.exceptions import ClientError

from refunds.adapters.aws.clients import AWAY_ERRORS
from refunds.ports.audit.mac_signer import SignerUnavailable

ALGORITHM = "HMAC_SHA_256"
MAC_BYTES_MAX = 1_024
WRONG = "KMSInvalidMacException"
"""KMS's error code for a MAC that does not belong to the message and key."""


class KmsSigner:
    """See `ports.audit.mac_signer`. Needs kms:GenerateMac to sign, and kms:VerifyMac to verify anchors."""

    def __init__(self, kms: AioBaseClient, key_id: str) -> None:
        self._kms = kms
        self._key_id = key_id

    async def sign(self, message: bytes) -> bytes:
        """See the port."""
        try:
            answer = await self._kms.generate_mac(
                KeyId=self._key_id, MacAlgorithm=ALGORITHM, Message=sha256(message).digest()
            )
        except AWAY_ERRORS as error:
            raise SignerUnavailable from error
        mac: bytes = answer["Mac"]
        return mac

    async def is_signed(self, message: bytes, mac: bytes) -> bool:
        """See the port."""
        if not 0 < len(mac) <= MAC_BYTES_MAX:
            return False
        digest = sha256(message).digest()
        try:
            await self._kms.verify_mac(KeyId=self._key_id, MacAlgorithm=ALGORITHM, Message=digest, Mac=mac)
        except ClientError as error:
            if error.response["Error"]["Code"] == WRONG:
                return False
            raise SignerUnavailable from error
        except AWAY_ERRORS as error:
            raise SignerUnavailable from error
        return True
