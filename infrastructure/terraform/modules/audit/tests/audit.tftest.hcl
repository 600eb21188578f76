# The audit with a mocked provider: everything is recorded, validated, encrypted and watched.

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
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:trail" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
}

variables {
  name                = "brik-refunds-prod"
  tags                = { Environment = "prod" }
  audit_bucket_name   = "brik-refunds-prod-audit"
  history_bucket_name = "brik-refunds-prod-access-logs"
  audit_key_arn       = "arn:aws:kms:eu-west-1:123456789012:key/audit"
  logs_key_arn        = "arn:aws:kms:eu-west-1:123456789012:key/logs"
  alarm_topic_arn     = "arn:aws:sns:eu-west-1:123456789012:critical"
}

run "every_call_in_every_region_is_in_the_trail" {
  assert {
    condition     = aws_cloudtrail.this.is_multi_region_trail && aws_cloudtrail.this.include_global_service_events && aws_cloudtrail.this.enable_logging
    error_message = "The trail must see every region."
  }
  assert {
    condition     = aws_cloudtrail.this.enable_log_file_validation && aws_cloudtrail.this.kms_key_id == var.audit_key_arn
    error_message = "A changed file must show, and nobody reads it without our key."
  }
  assert {
    condition     = aws_cloudtrail.this.s3_bucket_name == var.audit_bucket_name && aws_cloudtrail.this.s3_key_prefix == "cloudtrail"
    error_message = "The trail is kept in the audit bucket."
  }
  assert {
    condition     = aws_cloudtrail.this.name == "brik-refunds-prod-trail"
    error_message = "The keys' policies know the trail by this name."
  }
  assert {
    condition     = aws_cloudwatch_log_group.trail.kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.trail.retention_in_days == 365
    error_message = "The trail is searchable for a year, encrypted."
  }
}

run "touched_objects_are_in_the_trail" {
  assert {
    condition     = length(aws_cloudtrail.this.advanced_event_selector) == 3
    error_message = "Management, objects and functions are recorded."
  }
  assert {
    condition = anytrue(flatten([for selector in aws_cloudtrail.this.advanced_event_selector : [for field in selector.field_selector :
      field.field == "resources.ARN" && try(contains(field.starts_with, "arn:aws:s3:::brik-refunds-prod-"), false)
    ]]))
    error_message = "Who touches an object of the product is recorded."
  }
  assert {
    condition = anytrue(flatten([for selector in aws_cloudtrail.this.advanced_event_selector : [for field in selector.field_selector :
      try(toset(field.not_starts_with) == toset([
        "arn:aws:s3:::brik-refunds-prod-audit/cloudtrail/", "arn:aws:s3:::brik-refunds-prod-audit-copy/cloudtrail/", "arn:aws:s3:::brik-refunds-prod-access-logs-"
      ]), false)
    ]]))
    error_message = "A trail of its own files would never end."
  }
}

run "intruders_are_looked_for" {
  assert {
    condition     = aws_guardduty_detector.this[0].enable && aws_guardduty_detector.this[0].finding_publishing_frequency == "FIFTEEN_MINUTES"
    error_message = "GuardDuty must be on and tell soon."
  }
  assert {
    condition     = toset([for feature in aws_guardduty_detector_feature.this : feature.name]) == toset(["LAMBDA_NETWORK_LOGS", "S3_DATA_EVENTS"])
    error_message = "Buckets and functions are watched; no agent runs in tasks, which have no way out for it."
  }
}

run "every_setup_is_recorded_and_held_against_rules" {
  assert {
    condition     = aws_config_configuration_recorder.this[0].recording_group[0].all_supported && aws_config_configuration_recorder.this[0].recording_group[0].include_global_resource_types && aws_config_configuration_recorder_status.this[0].is_enabled
    error_message = "Config must record everything."
  }
  assert {
    condition     = aws_config_delivery_channel.this[0].s3_bucket_name == var.history_bucket_name && var.history_bucket_name != var.audit_bucket_name
    error_message = "History is kept in a bucket that Config delivers into, which the audit bucket is not."
  }
  assert {
    condition     = length(setintersection([for rule in aws_config_config_rule.this : rule.source[0].source_identifier], ["CLOUD_TRAIL_ENABLED", "S3_BUCKET_PUBLIC_READ_PROHIBITED", "VPC_FLOW_LOGS_ENABLED", "CMK_BACKING_KEY_ROTATION_ENABLED", "ROOT_ACCOUNT_MFA_ENABLED"])) == 5
    error_message = "What the product promises must be a rule."
  }
  assert {
    condition     = length(distinct([for rule in aws_config_config_rule.this : rule.source[0].source_identifier])) == length(aws_config_config_rule.this)
    error_message = "No rule twice."
  }
}

run "the_account_is_held_to_standards" {
  assert {
    condition = toset(output.standard_arns) == toset([
      "arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0",
      "arn:aws:securityhub:eu-west-1::standards/cis-aws-foundations-benchmark/v/3.0.0",
      "arn:aws:securityhub:eu-west-1::standards/pci-dss/v/4.0.1",
    ])
    error_message = "Payments are held to PCI DSS, everything to AWS's and CIS's."
  }
}

run "what_must_never_happen_is_told" {
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.threshold == 0 && alarm.alarm_actions == toset([var.alarm_topic_arn])])
    error_message = "One time is enough, and somebody hears of it."
  }
  assert {
    condition     = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this : alarm.metric_name == aws_cloudwatch_log_metric_filter.this[key].metric_transformation[0].name && alarm.namespace == aws_cloudwatch_log_metric_filter.this[key].metric_transformation[0].namespace])
    error_message = "An alarm must watch a metric that is emitted."
  }
  assert {
    condition     = alltrue([for target in aws_cloudwatch_event_target.findings : target.arn == var.alarm_topic_arn]) && length(aws_cloudwatch_event_target.findings) == 2
    error_message = "Grave findings go to the alarms' topic."
  }
}

run "roles_serve_this_account_only" {
  assert {
    condition     = jsondecode(aws_iam_role.trail.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceArn"] == "arn:aws:cloudtrail:eu-west-1:123456789012:trail/brik-refunds-prod-trail"
    error_message = "Only our trail takes its role."
  }
  assert {
    condition     = jsondecode(aws_iam_role.recorder[0].assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "Only our Config takes its role."
  }
}

run "where_the_baseline_watches_nothing_is_made_twice" {
  command = plan

  override_data {
    target = data.aws_guardduty_detector.baseline[0]
    values = { id = "baselinedetector" }
  }

  variables {
    has_baseline = true
  }

  assert {
    condition     = length(aws_guardduty_detector.this) == 0 && length(aws_config_configuration_recorder.this) == 0 && length(aws_config_delivery_channel.this) == 0 && length(aws_iam_role.recorder) == 0
    error_message = "The account has its detector and its recorder: a second one is refused by AWS."
  }
  assert {
    condition     = alltrue([for feature in aws_guardduty_detector_feature.this : feature.detector_id == "baselinedetector"]) && output.detector_id == "baselinedetector"
    error_message = "What the detector looks at is set on the one that is there."
  }
  assert {
    condition     = aws_cloudtrail.this.name == "brik-refunds-prod-trail" && length(aws_config_config_rule.this) > 0
    error_message = "The environment's own trail and rules are made all the same."
  }
}

run "trail_forgotten_within_a_month_is_refused" {
  command = plan
  variables {
    log_retention_days = 7
  }
  expect_failures = [var.log_retention_days]
}

run "standard_without_version_is_refused" {
  command = plan
  variables {
    standards = ["pci-dss"]
  }
  expect_failures = [var.standards]
}
