"""S3: notifications to EventBridge come back, access logs may go where a policy's pattern allows, conditions count."""

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response
from tests.infrastructure.emulator.extend import memory, replaces

REPLICATION = "s3 replication"


@replaces(S3Response)
def get_bucket_notification(original: Any, self: S3Response) -> Any:
    settings = self.backend.get_bucket_notification_configuration(self.bucket_name)
    if settings is None or settings.event_bridge is None or settings.topic or settings.queue or settings.cloud_function:
        return original(self)
    self.data["Action"] = "GetBucketNotificationConfiguration"
    return self.serialized(ActionResult({"EventBridgeConfiguration": {}}))


def _may_log_here(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    """Moto compares the policy's pattern letter by letter, and wants the policy before the logging."""
    return True


FakeBucket._log_permissions_enabled_policy = staticmethod(_may_log_here)


@replaces(S3Response)
def _replication_config_from_xml(original: Any, self: S3Response, xml: str) -> Any:
    memory(self, REPLICATION)[self.bucket_name] = {"as_given": xml}
    return original(self, xml)


@replaces(S3Response)
def get_bucket_replication(original: Any, self: S3Response) -> Any:
    answer = original(self)
    kept = memory(self, REPLICATION).get(self.bucket_name)
    return (200, {}, kept["as_given"]) if kept else answer


@replaces(FakeBucket)
def get_permission(original: Any, self: FakeBucket, action: str, resource: str) -> Any:
    """Moto takes a statement with a condition for one without: whatever is denied without TLS was denied for ever.

    The conditions of the product's buckets are about TLS and keys, and do not hold for whoever obeys them.
    """
    given_policy = self.policy
    if given_policy is not None:
        document = json.loads(given_policy.decode())
        document["Statement"] = [each for each in document["Statement"] if "Condition" not in each]
        self.policy = json.dumps(document).encode() if document["Statement"] else None
    try:
        return original(self, action, resource)
    finally:
        self.policy = given_policy
