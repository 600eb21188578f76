"""What AWS's own services ask for here: by themselves, and by a role that they take; and what they must never get."""

from collections.abc import Mapping

from tests.infrastructure.support.access.places import SERVICES
from tests.infrastructure.support.access.rights import OTHER_ACCOUNT, Right, page, right


def of_all(what: str, *names: str) -> str:
    """`role task of api, role task of …`."""
    return ", ".join(f"{what}{name}" for name in names)


BUCKETS = ("audit", "backups", "documents", "logs", "reports", "access-logs")

KEYS_OF_BUCKETS = ("audit", "data", "logs")

BEHIND_THE_BALANCER = ("api", "gateway-integration", "parameter-resolution")

ACL, HERE = "s3:x-amz-acl", {"aws:sourceaccount": "{account}"}

OURS = {ACL: "bucket-owner-full-control"}


def by(source: str, **more: str) -> dict[str, str]:
    """The source that AWS names beside the account."""
    return {**HERE, "aws:sourcearn": source, **more}


TRAIL = by("arn:aws:cloudtrail:eu-west-1:{account}:trail/{trail}")

TRAIL_TO_S3 = {**TRAIL, **OURS, "s3:x-amz-server-side-encryption-aws-kms-key-id": "{key audit}"}

CONFIG = by("arn:aws:config:eu-west-1:{account}:*")

BUCKET = by("arn:aws:s3:::{name}-audit-{account}")

BALANCER = {"aws:sourcearn": "arn:aws:elasticloadbalancing:eu-west-1:{account}:loadbalancer/app/{name}/1"}

CLOUDFRONT = by("arn:aws:logs:us-east-1:{account}:delivery-source:{name}-distribution")

ALARM = by("arn:aws:cloudwatch:eu-west-1:{account}:alarm:{name}-any")

ALL, FAILED, BUS = ({"aws:sourcearn": f"{{{name}}}"} for name in ("rule all", "rule failed_refunds", "bus"))

EVENTS, DELIVERY, CLOUDTRAIL, ALARMS, CONFIGS, LAMBDA = (
    f"{name}.amazonaws.com" for name in ("events", "delivery.logs", "cloudtrail", "cloudwatch", "config", "lambda")
)

ELB = "logdelivery.elasticloadbalancing.amazonaws.com"

USE_KEY, ASSUME = "kms:GenerateDataKey kms:Decrypt", "sts:AssumeRole"

ENCRYPT_LOGS = "kms:Encrypt kms:Decrypt kms:ReEncryptFrom kms:GenerateDataKey kms:DescribeKey"

SILENT_EVENTS = "EventBridge sends no source keys when its target is an encrypted topic"

SILENT_LAMBDA = "Lambda sends no source keys when it takes a function's role"


def of_logs(region: str, group: str) -> dict[str, str]:
    """What CloudWatch Logs tells KMS of the group that it encrypts."""
    return {"kms:encryptioncontext:aws:logs:arn": f"arn:aws:logs:{region}:{{account}}:log-group:{group}"}


BY_ITSELF: tuple[Right, ...] = (
    *page(
        "Amazon S3 bucket policy for CloudTrail",
        right(CLOUDTRAIL, "s3:GetBucketAcl", "bucket audit", TRAIL),
        right(CLOUDTRAIL, "s3:PutObject", "bucket audit", TRAIL_TO_S3, at="/cloudtrail/AWSLogs/{account}/CloudTrail/x"),
        right(CLOUDTRAIL, "s3:PutObject", "bucket audit", TRAIL_TO_S3, at="/cloudtrail/AWSLogs/{account}/x-Digest/x"),
    ),
    *page(
        "Configure AWS KMS key policies for CloudTrail",
        right(CLOUDTRAIL, f"{USE_KEY} kms:DescribeKey", "key audit, copy of key audit", TRAIL),
    ),
    *page(
        "Enabling Amazon S3 server access logging",
        right("logging.s3.amazonaws.com", "s3:PutObject", "bucket access-logs", BUCKET, at="/s3/audit/x"),
        right("logging.s3.amazonaws.com", "s3:PutObject", "copy of bucket access-logs", BUCKET, at="/s3/audit/x"),
    ),
    *page(
        "Enable access logs for your Application Load Balancer",
        right(ELB, "s3:PutObject", "bucket access-logs", BALANCER, at="/load-balancer/AWSLogs/{account}/x"),
        right(ELB, "s3:PutObject", "bucket access-logs", BALANCER, at="/load-balancer-connections/AWSLogs/{account}/x"),
    ),
    *page(
        "Logs sent to Amazon S3 (CloudWatch Logs)",
        right(DELIVERY, "s3:PutObject", "bucket access-logs", {**CLOUDFRONT, **OURS}, at="/distribution/2026/x"),
    ),
    *page(
        "Permissions for the Amazon S3 Bucket (AWS Config)",
        right(CONFIGS, "s3:GetBucketAcl s3:ListBucket", "bucket access-logs", CONFIG),
        right(CONFIGS, "s3:PutObject", "bucket access-logs", {**CONFIG, **OURS}, at="/config/AWSLogs/{account}/x"),
    ),
    *page(
        "Encrypt log data in CloudWatch Logs using AWS KMS",
        right("logs.eu-west-1.amazonaws.com", ENCRYPT_LOGS, "key logs", of_logs("eu-west-1", "/{name}/vpc/flows")),
        right("logs.eu-central-1.amazonaws.com", ENCRYPT_LOGS, "copy of key logs", of_logs("eu-central-1", "/{name}")),
        right(
            *("logs.us-east-1.amazonaws.com", ENCRYPT_LOGS, "key global"),
            of_logs("us-east-1", "aws-waf-logs-{name}-viewers"),
        ),
    ),
    *page(
        "Authorizing EventBridge to use a customer managed key",
        right(EVENTS, f"{USE_KEY} kms:DescribeKey", "key queues", by("{bus}")),
    ),
    *page("Amazon SQS Key management", right(EVENTS, USE_KEY, "key queues", by("{rule failed_refunds}"))),
    *page("Amazon SNS Key management", right(ALARMS, USE_KEY, "key topics, key global", ALARM)),
    *page("Amazon SNS Key management", right(EVENTS, USE_KEY, "key topics"), unbound=SILENT_EVENTS),
    *page(
        "Example cases for Amazon SNS access control",
        right(ALARMS, "sns:Publish", "topic critical, topic warning, topic global_alarms", ALARM),
    ),
    *page(
        "Using resource-based policies for Amazon EventBridge (SNS)",
        right(EVENTS, "sns:Publish", "topic critical, topic warning"),
        unbound=SILENT_EVENTS,
    ),
    *page(
        "Using resource-based policies for Amazon EventBridge (SQS)",
        right(EVENTS, "sqs:SendMessage", "queue failed_refunds", FAILED),
    ),
    *page(
        "Using dead-letter queues to process undelivered events",
        right(EVENTS, "sqs:SendMessage", "queue undelivered", ALL),
        right(EVENTS, "sqs:SendMessage", "queue undelivered", FAILED),
        right(EVENTS, "sqs:SendMessage", "queue undelivered", BUS),
    ),
    *page(
        "Using resource-based policies for Amazon EventBridge (CloudWatch Logs)",
        right(EVENTS, "logs:PutLogEvents", "log events", ALL, at=":log-stream:x"),
        right(DELIVERY, "logs:PutLogEvents", "log events", ALL, at=":log-stream:x"),
    ),
    *page(
        "Using resource-based policies for Amazon EventBridge (CloudWatch Logs, streams)",
        right(EVENTS, "logs:CreateLogStream", "log events", at=":log-stream:x"),
        right(DELIVERY, "logs:CreateLogStream", "log events", at=":log-stream:x"),
        unbound="the page holds the lines to the rule, but not the streams",
    ),
    *page(
        "Customizing user pool workflows with Lambda triggers",
        right("cognito-idp.amazonaws.com", "lambda:InvokeFunction", "function claims", by("{pool}")),
    ),
    *page(
        "Lambda rotation function permissions",
        right("secretsmanager.amazonaws.com", "lambda:InvokeFunction", "function rotation", by("{secret redis_token}")),
    ),
    *page("Setting up permissions for live replication", right("s3.amazonaws.com", ASSUME, "role replication", HERE)),
    *page(
        "Amazon ECS CodeDeploy IAM Role",
        right("codedeploy.amazonaws.com", ASSUME, of_all("role deployment of ", *BEHIND_THE_BALANCER), HERE),
    ),
    *page(
        "Amazon ECS task IAM role",
        right(
            *("ecs-tasks.amazonaws.com", ASSUME),
            f"{of_all('role task of ', *SERVICES)}, {of_all('role execution of ', *SERVICES)}",
            by("arn:aws:ecs:eu-west-1:{account}:*"),
        ),
    ),
    *page(
        "Defining Lambda function permissions with an execution role",
        right(LAMBDA, ASSUME, "role rotation, role claims, role canary"),
        unbound=SILENT_LAMBDA,
    ),
    *page(
        "Publish flow logs to CloudWatch Logs",
        right(
            "vpc-flow-logs.amazonaws.com",
            ASSUME,
            "role flow_logs",
            by("arn:aws:ec2:eu-west-1:{account}:vpc-flow-log/1"),
        ),
    ),
    *page(
        "Grant Firehose access to an Amazon S3 destination",
        right("firehose.amazonaws.com", ASSUME, "role delivery", {"sts:externalid": "{account}"}),
    ),
    *page(
        "Example: subscription filters with Amazon Data Firehose",
        right("logs.amazonaws.com", ASSUME, "role subscription", by("arn:aws:logs:eu-west-1:{account}:*")),
    ),
    *page("Role policy document for CloudTrail", right(CLOUDTRAIL, ASSUME, "role trail", TRAIL)),
    *page("Permissions for the IAM Role Assigned to AWS Config", right(CONFIGS, ASSUME, "role recorder", CONFIG)),
    *page("IAM service roles (AWS Backup)", right("backup.amazonaws.com", ASSUME, "role backup", HERE)),
)

WRITE_LOG, STREAM = "logs:CreateLogStream logs:PutLogEvents", ":log-stream:x"

TRACE = "xray:PutTraceSegments xray:PutTelemetryRecords"

IN_S3, IN_S3_FAR, IN_SECRETS, IN_FIREHOSE = (
    {"kms:viaservice": f"{place}.amazonaws.com"}
    for place in ("s3.eu-west-1", "s3.eu-central-1", "secretsmanager.eu-west-1", "firehose.eu-west-1")
)

ARCHIVES, COPIES = of_all("bucket ", *BUCKETS), of_all("copy of bucket ", *BUCKETS)


def of_deployment(service: str) -> tuple[Right, ...]:
    """What CodeDeploy needs to replace one service's tasks."""
    who = f"role deployment of {service}"
    return page(
        "AWSCodeDeployRoleForECS",
        right(
            who, "ecs:DescribeServices ecs:CreateTaskSet ecs:DeleteTaskSet", f"service {service}, task set of {service}"
        ),
        right(who, "ecs:UpdateServicePrimaryTaskSet", f"service {service}, task set of {service}"),
        right(who, "elasticloadbalancing:ModifyRule", "listener rules"),
        right(who, "elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeListeners", "anything"),
        right(who, "elasticloadbalancing:DescribeRules", "anything"),
        right(who, "cloudwatch:DescribeAlarms", f"alarm of {service}"),
        right(
            *(who, "iam:PassRole", f"role task of {service}, role execution of {service}"),
            {"iam:passedtoservice": "ecs-tasks.amazonaws.com"},
        ),
    )


def of_execution(service: str) -> tuple[Right, ...]:
    """What ECS needs to start one service's tasks."""
    who = f"role execution of {service}"
    fetch = "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer"
    return page(
        "Amazon ECS task execution IAM role",
        right(who, WRITE_LOG, "log events", at=STREAM),
        right(who, fetch, f"image of {service}"),
        right(who, "ecr:GetAuthorizationToken", "anything"),
    )


BY_A_ROLE: tuple[Right, ...] = (
    *page(
        "Setting up permissions for live replication",
        right("role replication", "s3:GetReplicationConfiguration s3:ListBucket", ARCHIVES),
        right("role replication", "s3:GetObjectVersionForReplication s3:GetObjectVersionAcl", ARCHIVES, at="/x"),
        right("role replication", "s3:GetObjectVersionTagging", ARCHIVES, at="/x"),
        right("role replication", "s3:ReplicateObject s3:ReplicateTags", COPIES, at="/x"),
    ),
    *page(
        "Using Object Lock with S3 Replication",
        right("role replication", "s3:GetObjectRetention s3:GetObjectLegalHold", ARCHIVES, at="/x"),
    ),
    *page(
        "Replicating encrypted objects",
        right("role replication", "kms:Decrypt", of_all("key ", *KEYS_OF_BUCKETS), IN_S3),
        right(
            "role replication", "kms:Encrypt kms:GenerateDataKey", of_all("copy of key ", *KEYS_OF_BUCKETS), IN_S3_FAR
        ),
        right("role replication", "kms:Decrypt", of_all("copy of key ", *KEYS_OF_BUCKETS), IN_S3_FAR),
    ),
    *(each for service in BEHIND_THE_BALANCER for each in of_deployment(service)),
    *(each for service in SERVICES for each in of_execution(service)),
    *page(
        "Lambda rotation function execution role permissions for AWS Secrets Manager",
        right("role rotation", "secretsmanager:DescribeSecret secretsmanager:GetSecretValue", "secret redis_token"),
        right("role rotation", "secretsmanager:PutSecretValue", "secret redis_token"),
        right("role rotation", "secretsmanager:UpdateSecretVersionStage", "secret redis_token"),
        right("role rotation", "secretsmanager:GetSecretValue", of_all("secret ", *SERVICES)),
        right("role rotation", "secretsmanager:PutSecretValue", of_all("secret ", *SERVICES)),
        right("role rotation", "secretsmanager:GetRandomPassword", "anything"),
        right("role rotation", USE_KEY, "key secrets", IN_SECRETS),
    ),
    *page(
        "ModifyReplicationGroup (Amazon ElastiCache)",
        right("role rotation", "elasticache:DescribeReplicationGroups elasticache:ModifyReplicationGroup", "cache"),
    ),
    *page(
        "Giving Lambda functions access to resources in an Amazon VPC",
        right("role rotation", "ec2:CreateNetworkInterface ec2:DeleteNetworkInterface", "anything"),
        right("role rotation", "ec2:DescribeNetworkInterfaces ec2:DescribeSubnets", "anything"),
        right("role rotation", "ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses", "anything"),
    ),
    *page(
        "Defining Lambda function permissions with an execution role",
        right("role rotation", WRITE_LOG, "log events", at=STREAM),
        right("role rotation", TRACE, "anything"),
        right("role claims", WRITE_LOG, "log events", at=STREAM),
        right("role claims", TRACE, "anything"),
    ),
    *page(
        "Required roles and permissions for canaries",
        right("role canary", "s3:PutObject", "bucket access-logs", at="/canary/x"),
        right("role canary", "s3:GetBucketLocation", "bucket access-logs"),
        right("role canary", "s3:ListAllMyBuckets", "anything"),
        right("role canary", "cloudwatch:PutMetricData", "anything", {"cloudwatch:namespace": "CloudWatchSynthetics"}),
        right("role canary", f"logs:CreateLogGroup {WRITE_LOG}", "log of canary"),
    ),
    *page(
        "Grant Firehose access to an Amazon S3 destination",
        right("role delivery", "s3:AbortMultipartUpload s3:PutObject", "bucket logs", at="/services/x"),
        right("role delivery", "s3:GetBucketLocation s3:ListBucket s3:ListBucketMultipartUploads", "bucket logs"),
        right("role delivery", USE_KEY, "key logs", IN_S3),
        right("role delivery", "logs:PutLogEvents", "log events", at=":log-stream:{log stream}"),
    ),
    *page(
        "Example: subscription filters with Amazon Data Firehose",
        right("role subscription", "firehose:PutRecord firehose:PutRecordBatch", "stream"),
        right("role subscription", USE_KEY, "key logs", IN_FIREHOSE),
    ),
    *page(
        "Publish flow logs to CloudWatch Logs",
        right("role flow_logs", f"logs:CreateLogGroup logs:DescribeLogStreams {WRITE_LOG}", "log events", at=STREAM),
        right("role flow_logs", "logs:DescribeLogGroups", "log events, log of canary"),
    ),
    *page(
        "Role policy document for CloudTrail to use CloudWatch Logs",
        right("role trail", WRITE_LOG, "log events", at=":log-stream:{account}_CloudTrail_eu-west-1"),
    ),
    *page(
        "Permissions for the IAM Role Assigned to AWS Config",
        right(
            "role recorder",
            "s3:PutObject s3:PutObjectAcl",
            "bucket access-logs",
            OURS,
            at="/config/AWSLogs/{account}/x",
        ),
        right("role recorder", "s3:GetBucketAcl s3:ListBucket", "bucket access-logs"),
    ),
)

ATTACHED: Mapping[str, set[str]] = {
    "recorder": {"service-role/AWS_ConfigRole"},
    "backup": {
        "service-role/AWSBackupServiceRolePolicyForBackup",
        "service-role/AWSBackupServiceRolePolicyForRestores",
        "AWSBackupServiceRolePolicyForS3Backup",
        "AWSBackupServiceRolePolicyForS3Restore",
    },
}
"""AWS keeps these lists itself; what is in them cannot be asked for here."""

TEMPTING = ("s3:DeleteObject", "s3:GetObject", "s3:PutBucketPolicy", "kms:ScheduleKeyDeletion", "iam:CreateUser")

HOLDING = (ACL, "iam:passedtoservice", "cloudwatch:namespace", "kms:viaservice")
"""Keys that a request has from what it is about, not from who asks: without them it is refused, too."""

STRANGERS = ("ec2.amazonaws.com", f"arn:aws:iam::{OTHER_ACCOUNT}:root")
