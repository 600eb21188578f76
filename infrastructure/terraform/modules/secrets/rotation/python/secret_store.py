"""Secrets Manager as the rotation sees it: versions of a secret, and which of them is current."""

from collections.abc import Mapping

from botocore.client import BaseClient
from botocore.exceptions import ClientError

CURRENT = "AWSCURRENT"
PENDING = "AWSPENDING"
# ElastiCache takes up to 128 characters; letters and digits need no escaping in an address.
TOKEN_CHARS = 64


class SecretStore:
    """Texts of secrets by id. Errors of AWS are let through: Lambda logs them, Secrets Manager tries again."""

    def __init__(self, client: BaseClient) -> None:
        self._client = client

    def stages(self, secret_id: str) -> Mapping[str, list[str]]:
        """Version -> its stages."""
        found: Mapping[str, list[str]] = self._client.describe_secret(SecretId=secret_id)["VersionIdsToStages"]
        return found

    def current(self, secret_id: str) -> str:
        """The text of the current version."""
        text: str = self._client.get_secret_value(SecretId=secret_id)["SecretString"]
        return text

    def pending(self, secret_id: str, version_id: str) -> str | None:
        """The text of this version; None when it has been announced but not written."""
        try:
            answer = self._client.get_secret_value(SecretId=secret_id, VersionId=version_id, VersionStage=PENDING)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return None
            raise
        text: str = answer["SecretString"]
        return text

    def new_token(self) -> str:
        """Letters and digits, by Secrets Manager's own random generator."""
        answer = self._client.get_random_password(PasswordLength=TOKEN_CHARS, ExcludePunctuation=True)
        token: str = answer["RandomPassword"]
        return token

    def write_pending(self, secret_id: str, version_id: str, text: str) -> None:
        """Gives the announced version its text."""
        self._client.put_secret_value(
            SecretId=secret_id, ClientRequestToken=version_id, SecretString=text, VersionStages=[PENDING]
        )

    def write(self, secret_id: str, text: str) -> None:
        """A new current version."""
        self._client.put_secret_value(SecretId=secret_id, SecretString=text)

    def make_current(self, secret_id: str, version_id: str) -> None:
        """Moves the mark from the version that has it."""
        holders = [version for version, stages in self.stages(secret_id).items() if CURRENT in stages]
        self._client.update_secret_version_stage(
            SecretId=secret_id, VersionStage=CURRENT, MoveToVersionId=version_id, RemoveFromVersionId=holders[0]
        )
