# The buckets with mocked providers: closed, encrypted, locked, copied, kept, noticed.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::home" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/replication" }
  }
}

mock_provider "aws" {
  alias = "replica"

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::copy" }
  }
}

variables {
  name            = "brik-refunds-prod"
  tags            = { Environment = "prod" }
  data_key_arn    = "arn:aws:kms:eu-west-1:123456789012:key/data"
  audit_key_arn   = "arn:aws:kms:eu-west-1:123456789012:key/audit"
  logs_key_arn    = "arn:aws:kms:eu-west-1:123456789012:key/logs"
  alarm_topic_arn = "arn:aws:sns:eu-west-1:123456789012:critical"

  replica_key_arns = {
    data  = "arn:aws:kms:eu-central-1:123456789012:key/data"
    audit = "arn:aws:kms:eu-central-1:123456789012:key/audit"
    logs  = "arn:aws:kms:eu-central-1:123456789012:key/logs"
  }
}

run "every_purpose_has_its_bucket_and_copy" {
  assert {
    condition = output.bucket_names == {
      documents   = "brik-refunds-prod-documents-123456789012"
      logs        = "brik-refunds-prod-logs-123456789012"
      reports     = "brik-refunds-prod-reports-123456789012"
      backups     = "brik-refunds-prod-backups-123456789012"
      audit       = "brik-refunds-prod-audit-123456789012"
      access_logs = "brik-refunds-prod-access-logs-123456789012"
    }
    error_message = "Buckets are known by their purpose and ours by the account's number."
  }
  assert {
    condition     = alltrue([for bucket in concat(values(aws_s3_bucket.this), values(aws_s3_bucket.replica), [aws_s3_bucket.access_logs, aws_s3_bucket.access_logs_replica]) : length(bucket.bucket) <= 63])
    error_message = "S3 allows 63 characters."
  }
  assert {
    condition     = { for name, bucket in aws_s3_bucket.this : name => bucket.tags["backup-plan"] } == { documents = "hourly", logs = "none", reports = "daily", backups = "none", audit = "none" }
    error_message = "Tags say what module backup takes."
  }
}

run "nothing_is_public" {
  assert {
    condition = alltrue([for block in concat(values(aws_s3_bucket_public_access_block.this), values(aws_s3_bucket_public_access_block.replica), [aws_s3_bucket_public_access_block.access_logs, aws_s3_bucket_public_access_block.access_logs_replica]) :
      block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    ])
    error_message = "Every bucket and copy is closed to the public."
  }
  assert {
    condition     = alltrue([for control in concat(values(aws_s3_bucket_ownership_controls.this), values(aws_s3_bucket_ownership_controls.replica)) : control.rule[0].object_ownership == "BucketOwnerEnforced"])
    error_message = "No access control list may open an object."
  }
}

run "everything_is_versioned" {
  assert {
    condition     = alltrue([for versioning in concat(values(aws_s3_bucket_versioning.this), values(aws_s3_bucket_versioning.replica), [aws_s3_bucket_versioning.access_logs, aws_s3_bucket_versioning.access_logs_replica]) : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "What is overwritten must come back."
  }
}

run "everything_is_encrypted_by_the_key_of_its_purpose" {
  assert {
    condition = { for name, encryption in aws_s3_bucket_server_side_encryption_configuration.this : name => one(one(encryption.rule).apply_server_side_encryption_by_default).kms_master_key_id } == {
      documents = var.data_key_arn
      logs      = var.logs_key_arn
      reports   = var.data_key_arn
      backups   = var.data_key_arn
      audit     = var.audit_key_arn
    }
    error_message = "Each bucket has its purpose's key."
  }
  assert {
    condition = alltrue([for name, encryption in aws_s3_bucket_server_side_encryption_configuration.replica :
      startswith(one(one(encryption.rule).apply_server_side_encryption_by_default).kms_master_key_id, "arn:aws:kms:eu-central-1:")
    ])
    error_message = "Copies are under the keys of their region."
  }
}

run "weak_connections_and_other_keys_are_refused" {
  assert {
    condition = alltrue(flatten([for policy in concat(values(aws_s3_bucket_policy.this), values(aws_s3_bucket_policy.replica), [aws_s3_bucket_policy.access_logs, aws_s3_bucket_policy.access_logs_replica]) :
      anytrue([for statement in jsondecode(policy.policy).Statement : statement.Effect == "Deny" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"])
    ]))
    error_message = "Every bucket refuses connections without TLS."
  }
  assert {
    condition = { for name, policy in aws_s3_bucket_policy.this : name => jsondecode(policy.policy).Statement[1].Condition.NumericLessThan["s3:TlsVersion"] } == {
      documents = "1.3", reports = "1.3", backups = "1.3", logs = "1.2", audit = "1.2"
    }
    error_message = "Our own services speak TLS 1.3."
  }
  assert {
    condition     = alltrue([for policy in values(aws_s3_bucket_policy.this) : jsondecode(policy.policy).Statement[1].Condition.ArnNotEquals["aws:PrincipalArn"] == "arn:aws:iam::123456789012:role/brik-refunds-prod-backup"])
    error_message = "AWS Backup alone may speak TLS 1.2."
  }
  assert {
    condition = alltrue([for name, policy in aws_s3_bucket_policy.this :
      jsondecode(policy.policy).Statement[2].Condition.StringNotEquals["s3:x-amz-server-side-encryption-aws-kms-key-id"] == one(one(aws_s3_bucket_server_side_encryption_configuration.this[name].rule).apply_server_side_encryption_by_default).kms_master_key_id
    ])
    error_message = "A stranger's key would lock us out of our own objects."
  }
  assert {
    condition = alltrue(flatten([for policy in concat(values(aws_s3_bucket_policy.this), values(aws_s3_bucket_policy.replica)) : [
      jsondecode(policy.policy).Statement[3].Condition == { Null = { "s3:x-amz-server-side-encryption" = "false" }, StringNotEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" }, BoolIfExists = { "aws:PrincipalIsAWSService" = "false" } },
      jsondecode(policy.policy).Statement[4].Condition == { Null = { "s3:x-amz-server-side-encryption" = "false", "s3:x-amz-server-side-encryption-aws-kms-key-id" = "true" }, BoolIfExists = { "aws:PrincipalIsAWSService" = "false" } },
      jsondecode(policy.policy).Statement[5].Condition == { Null = { "s3:x-amz-server-side-encryption-customer-algorithm" = "false" } },
    ]]))
    error_message = "S3's own key, AWS's own key and a key of the caller's are refused."
  }
}

run "no_policy_gives_anything_but_to_deliverers_of_this_account" {
  assert {
    condition = alltrue(flatten([for policy in concat(values(aws_s3_bucket_policy.this), values(aws_s3_bucket_policy.replica), [aws_s3_bucket_policy.access_logs, aws_s3_bucket_policy.access_logs_replica]) :
      [for statement in jsondecode(policy.policy).Statement :
        can(statement.Principal.Service) && (try(statement.Condition.StringEquals["aws:SourceAccount"], "") == "123456789012" || try(statement.Condition.StringEquals["aws:SourceArn"], "") == "arn:aws:cloudtrail:eu-west-1:123456789012:trail/brik-refunds-prod-trail" || try(statement.Condition.ArnLike["aws:SourceArn"], "") == "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/*")
        if statement.Effect == "Allow"
      ]
    ]))
    error_message = "Only AWS services, for this account's resources, may deliver."
  }
  assert {
    condition     = [for statement in jsondecode(aws_s3_bucket_policy.this["documents"].policy).Statement : statement.Sid if statement.Effect == "Allow"] == []
    error_message = "Documents are given by IAM policies only."
  }
  assert {
    condition     = [for statement in jsondecode(aws_s3_bucket_policy.this["audit"].policy).Statement : statement.Sid if statement.Effect == "Allow"] == ["TrailLooks", "TrailWrites"]
    error_message = "CloudTrail alone delivers into the audit bucket."
  }
  # Config delivers into no bucket whose lock has a default retention
  assert {
    condition     = toset([for statement in jsondecode(aws_s3_bucket_policy.access_logs.policy).Statement : statement.Sid if try(statement.Principal.Service, "") == "config.amazonaws.com"]) == toset(["ConfigLooks", "ConfigDelivers"]) && alltrue([for policy in aws_s3_bucket_policy.this : !strcontains(policy.policy, "config.amazonaws.com")])
    error_message = "Config's history must go into the bucket without a default retention, and into no other."
  }
  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.access_logs.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "The load balancer delivers into no bucket under a KMS key: its logs would be lost."
  }
  assert {
    condition     = [for statement in jsondecode(aws_s3_bucket_policy.access_logs.policy).Statement : statement.Sid if statement.Effect == "Allow"] == ["BucketsDeliver", "LoadBalancersDeliver", "DistributionsDeliver", "ConfigLooks", "ConfigDelivers"]
    error_message = "S3, the load balancer and CloudFront deliver their access logs, Config its history."
  }
}

run "records_are_kept_for_seven_years" {
  assert {
    condition     = { for name, lifecycle in aws_s3_bucket_lifecycle_configuration.this : name => lifecycle.rule[0].expiration[0].days } == { documents = 2557, logs = 2557, reports = 2557, backups = 90, audit = 2557 }
    error_message = "Seven years, leap days included; configuration backups ninety days."
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.access_logs.rule[0].expiration[0].days == 2557
    error_message = "Access logs are records, too."
  }
  assert {
    condition     = { for transition in aws_s3_bucket_lifecycle_configuration.this["audit"].rule[0].transition : tostring(transition.days) => transition.storage_class } == { "90" = "STANDARD_IA", "180" = "GLACIER_IR" }
    error_message = "Old records move to cheaper storage classes, and to none that takes hours to answer."
  }
  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this["backups"].rule[0].transition) == 0
    error_message = "What goes after ninety days does not move before."
  }
  assert {
    condition     = { for name, lifecycle in aws_s3_bucket_lifecycle_configuration.replica : name => lifecycle.rule[0].expiration[0].days } == { for name, lifecycle in aws_s3_bucket_lifecycle_configuration.this : name => lifecycle.rule[0].expiration[0].days }
    error_message = "Copies live as long as originals."
  }
}

run "nobody_deletes_before_the_time" {
  assert {
    condition     = { for name, lock in aws_s3_bucket_object_lock_configuration.this : name => lock.rule[0].default_retention[0].mode } == { documents = "GOVERNANCE", logs = "GOVERNANCE", reports = "GOVERNANCE", backups = "GOVERNANCE", audit = "COMPLIANCE" }
    error_message = "Everything is locked, and the audit bucket against everybody."
  }
  assert {
    condition     = alltrue([for name, lock in aws_s3_bucket_object_lock_configuration.this : lock.rule[0].default_retention[0].days == aws_s3_bucket_lifecycle_configuration.this[name].rule[0].expiration[0].days])
    error_message = "Locked as long as kept."
  }
  assert {
    condition     = alltrue([for bucket in concat(values(aws_s3_bucket.this), values(aws_s3_bucket.replica)) : bucket.object_lock_enabled])
    error_message = "Copies are locked, too."
  }
  assert {
    condition     = !aws_s3_bucket.access_logs.force_destroy && !aws_s3_bucket.access_logs_replica.force_destroy
    error_message = "Access logs are not removed with their bucket."
  }
}

run "short_lived_environments_are_not_locked" {
  variables {
    object_lock = false
  }
  assert {
    condition     = length(aws_s3_bucket_object_lock_configuration.this) == 0 && length(aws_s3_bucket_object_lock_configuration.replica) == 0
    error_message = "Where things are destroyed every day, no lock."
  }
  assert {
    condition     = aws_s3_bucket.access_logs.force_destroy && aws_s3_bucket.access_logs_replica.force_destroy && !anytrue([for bucket in aws_s3_bucket.this : bucket.force_destroy])
    error_message = "Access logs go with the environment; nothing else does."
  }
}

run "everything_is_copied_to_the_second_region_in_time" {
  assert {
    condition     = toset(keys(aws_s3_bucket_replication_configuration.this)) == toset(["documents", "logs", "reports", "backups", "audit"])
    error_message = "Every bucket is copied."
  }
  assert {
    condition = alltrue([for replication in aws_s3_bucket_replication_configuration.this :
      replication.rule[0].status == "Enabled" && replication.rule[0].destination[0].replication_time[0].time[0].minutes == 15 && replication.rule[0].destination[0].metrics[0].status == "Enabled"
    ])
    error_message = "Copies are made in time, and it is measured."
  }
  assert {
    condition     = alltrue([for replication in aws_s3_bucket_replication_configuration.this : replication.rule[0].source_selection_criteria[0].sse_kms_encrypted_objects[0].status == "Enabled" && replication.rule[0].delete_marker_replication[0].status == "Disabled"])
    error_message = "Encrypted objects are copied, deletions are not."
  }
  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.replication.policy).Statement : alltrue([for action in statement.Action : !strcontains(action, "*")]) && !contains(statement.Resource, "*")])
    error_message = "The copier may read originals and write copies, nothing else."
  }
}

run "access_and_changes_are_noticed" {
  assert {
    condition     = { for name, logging in aws_s3_bucket_logging.this : name => logging.target_prefix } == { for name in keys(aws_s3_bucket.this) : name => "s3/${name}/" }
    error_message = "Every access is logged under the bucket's name."
  }
  assert {
    condition     = alltrue([for notification in concat(values(aws_s3_bucket_notification.this), values(aws_s3_bucket_notification.replica)) : notification.eventbridge])
    error_message = "Changes go to EventBridge."
  }
}

run "retention_of_no_year_is_refused" {
  command = plan
  variables {
    retention_years = 0
  }
  expect_failures = [var.retention_years]
}

run "missing_key_of_the_second_region_is_refused" {
  command = plan
  variables {
    replica_key_arns = { data = "arn:aws:kms:eu-central-1:123456789012:key/data" }
  }
  expect_failures = [var.replica_key_arns]
}

run "name_too_long_for_buckets_is_refused" {
  command = plan
  variables {
    name = "brik-refunds-production-of-everything"
  }
  expect_failures = [var.name]
}

run "an_object_that_is_not_copied_is_an_alarm" {
  assert {
    condition = toset(keys(aws_cloudwatch_metric_alarm.replication_failed)) == toset(["documents", "logs", "reports", "backups", "audit"]) && alltrue([
      for name, alarm in aws_cloudwatch_metric_alarm.replication_failed : alarm.dimensions == tomap({
        SourceBucket      = "brik-refunds-prod-${name}-123456789012"
        DestinationBucket = "brik-refunds-prod-${name}-123456789012-copy"
        RuleId            = "everything"
      })
    ])
    error_message = "Each bucket's rule is watched, by the names under which S3 counts."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.replication_failed : alarm.metric_name == "OperationsFailedReplication" && alarm.threshold == 0 && alarm.alarm_actions == toset([var.alarm_topic_arn])])
    error_message = "One object is enough, and somebody is told."
  }
}
