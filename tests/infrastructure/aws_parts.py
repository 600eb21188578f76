"""What Terraform makes for the product, as far as the services touch it, made by hand on the emulator for one test.

`service_environment` has the shape of Terraform's output of that name: what each service's task definition carries.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tests.support import aws

from refunds.adapters.aws.clients import AwsClients
from refunds.launcher.addresses import SERVICES

NAME = "brik-refunds-test"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsParts:
    """Names and addresses. `listener` is a log group that gets every event on the bus."""

    review_queue_url: str
    submit_queue_url: str
    bus_name: str
    listener: str
    bucket: str
    key_id: str

    def service_environment(self) -> Mapping[str, Mapping[str, str]]:
        """Service -> variable -> text; a service gets what it has rights to and no more."""
        queues = {
            "REFUNDS_HINTS": "sqs",
            "REFUNDS_REVIEW_QUEUE_URL": self.review_queue_url,
            "REFUNDS_SUBMIT_QUEUE_URL": self.submit_queue_url,
        }
        own: Mapping[str, Mapping[str, str]] = {
            "api": queues,
            "request-manager": queues,
            "gateway-integration": queues,
            "reporting-engine": {
                "REFUNDS_EVENT_BUS_NAME": self.bus_name,
                "REFUNDS_ANCHOR_BUCKET": self.bucket,
                "REFUNDS_ANCHOR_KEY_ID": self.key_id,
            },
        }
        return {
            service: {
                "REFUNDS_AWS_REGION": aws.REGION,
                "REFUNDS_HOST": "0.0.0.0",
                "REFUNDS_PORT": "8080",
                "REFUNDS_SECRET_ID": secret_id(service),
                **own.get(service, {}),
            }
            for service in SERVICES
        }


def secret_id(service: str) -> str:
    """The name of a service's secret."""
    return f"{NAME}/{service}"


async def make_parts(clients: AwsClients, secrets: Mapping[str, Mapping[str, str]]) -> AwsParts:
    """Queues with dead-letter queues, a bus with a listener, a locked bucket, a sealing key, a secret a service."""
    sqs, store = await clients.open("sqs"), await clients.open("secretsmanager")
    urls = {}
    for kind in ("review", "submit"):
        dead = await sqs.create_queue(QueueName=f"{NAME}-{kind}-dead")
        found = await sqs.get_queue_attributes(QueueUrl=dead["QueueUrl"], AttributeNames=["QueueArn"])
        policy = {"deadLetterTargetArn": found["Attributes"]["QueueArn"], "maxReceiveCount": "5"}
        attributes = {"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "60"}
        urls[kind] = (await sqs.create_queue(QueueName=f"{NAME}-{kind}", Attributes=attributes))["QueueUrl"]
    for service, members in secrets.items():
        await store.create_secret(Name=secret_id(service), SecretString=json.dumps(members))
    return AwsParts(
        review_queue_url=urls["review"],
        submit_queue_url=urls["submit"],
        bus_name=NAME,
        listener=await aws.bus_with_listener(clients, NAME),
        bucket=await aws.new_bucket(clients),
        key_id=await aws.new_sealing_key(clients),
    )
