"""Creates the secrets of a data folder once and stores them in the folder.

Only the owner of the folder can read the secrets. `refunds up` passes the secrets to the child processes. The secrets
are never printed or logged.
"""

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from refunds.cli.client.data_folder import DataFolder
from refunds.kit.config import Secret
from refunds_embedded.launcher.instance.data_dir import write_private

SECRET_BYTES = 32
KEY_FILE_BYTES = 512  # mongod takes 6 to 1024 base64 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceSecrets:
    """The passwords of an instance, and the paths of its key files."""

    mongodb_password: Secret
    redis_password: Secret
    webhook_secret: Secret
    mongodb_key_file: Path
    issuer_key_file: Path
    anchor_key_file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passwords:
    mongodb_password: str
    redis_password: str
    webhook_secret: str


def open_instance_secrets(folder: DataFolder) -> InstanceSecrets:
    """Reads the secrets of the folder. Creates secrets that are missing."""
    passwords = _passwords(folder.root / "secrets.json")
    key_file = folder.root / "mongodb.key"
    if not key_file.exists():
        write_private(key_file, base64.b64encode(secrets.token_bytes(KEY_FILE_BYTES)).decode())
    issuer_key_file = folder.root / "issuer.jwk.json"
    if not issuer_key_file.exists():
        write_private(issuer_key_file, new_issuer_key())
    if not folder.anchor_key_file.exists():
        write_private(folder.anchor_key_file, secrets.token_urlsafe(SECRET_BYTES))
    return InstanceSecrets(
        mongodb_password=Secret(passwords.mongodb_password),
        redis_password=Secret(passwords.redis_password),
        webhook_secret=Secret(passwords.webhook_secret),
        mongodb_key_file=key_file,
        issuer_key_file=issuer_key_file,
        anchor_key_file=folder.anchor_key_file,
    )


def _passwords(path: Path) -> _Passwords:
    if path.exists():
        return _Passwords(**json.loads(path.read_text(encoding="utf-8")))
    webhook_key = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    made = _Passwords(
        mongodb_password=secrets.token_urlsafe(SECRET_BYTES),
        redis_password=secrets.token_urlsafe(SECRET_BYTES),
        webhook_secret=f"whsec_{webhook_key}",  # the form that Standard Webhooks asks for
    )
    write_private(path, json.dumps(asdict(made)))
    return made


def new_issuer_key() -> str:
    """Creates a new private Ed25519 key of the development issuer, as a JWK in JSON."""
    from joserfc.jwk import OKPKey  # noqa: PLC0415 - needed once in a folder's life

    key = OKPKey.generate_key("Ed25519", {"use": "sig"}, private=True, auto_kid=True)
    return json.dumps(key.as_dict(private=True))
