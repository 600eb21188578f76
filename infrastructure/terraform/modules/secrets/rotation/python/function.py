"""What Secrets Manager calls, four times for one rotation of the cache's token. Wires; the steps are in `rotation`."""

import os
from collections.abc import Mapping

import boto3
from cache import Cache
from rotation import Request, Rotation
from secret_store import SecretStore
from waiting import pauses


def handler(event: Mapping[str, str], _context: object) -> None:
    """One step: createSecret, setSecret, testSecret or finishSecret."""
    rotation = Rotation(
        store=SecretStore(boto3.client("secretsmanager")),
        cache=Cache(boto3.client("elasticache"), os.environ["CACHE_GROUP_ID"]),
        pauses=pauses(),
        service_secret_ids=tuple(os.environ["SERVICE_SECRET_IDS"].split(",")),
    )
    rotation.run(event["Step"], Request(secret_id=event["SecretId"], version_id=event["ClientRequestToken"]))
