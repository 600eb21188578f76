# The archive with mocked providers: every service's log, within a minute, packed once, by roles that may nothing else.

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
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/brik-refunds-prod/log-archive" }
  }
  mock_resource "aws_kinesis_firehose_delivery_stream" {
    defaults = { arn = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/brik-refunds-prod-log-archive" }
  }
}

variables {
  name                     = "brik-refunds-prod"
  tags                     = { Environment = "prod" }
  logs_bucket_arn          = "arn:aws:s3:::brik-refunds-prod-logs-123456789012"
  logs_key_arn             = "arn:aws:kms:eu-west-1:123456789012:key/logs"
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
  alarm_topic_arn          = "arn:aws:sns:eu-west-1:123456789012:critical"

  log_group_names = {
    api             = "/brik-refunds-prod/api"
    request-manager = "/brik-refunds-prod/request-manager"
  }
}

run "every_line_of_every_service_goes_to_the_stream" {
  assert {
    condition     = tomap({ for service, filter in aws_cloudwatch_log_subscription_filter.this : service => filter.log_group_name }) == var.log_group_names
    error_message = "Each log group needs its subscription."
  }
  assert {
    condition = alltrue([for filter in aws_cloudwatch_log_subscription_filter.this :
      filter.filter_pattern == "" && filter.destination_arn == output.stream_arn && filter.role_arn == output.subscription_role_arn
    ])
    error_message = "No line may be left out."
  }
}

run "logs_lie_in_the_bucket_within_a_minute_by_day" {
  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].buffering_interval == 60 && aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].buffering_size == 5
    error_message = "What is gathered for longer could be lost."
  }
  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].prefix == "services/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/"
    error_message = "Logs are found by their day."
  }
  assert {
    condition     = startswith(aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].error_output_prefix, "failed/!{firehose:error-output-type}/")
    error_message = "What cannot be unpacked lies apart."
  }
}

run "logs_are_packed_once" {
  assert {
    condition     = [for processor in aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].processing_configuration[0].processors : processor.type] == ["Decompression", "AppendDelimiterToRecord"]
    error_message = "CloudWatch Logs packs its batches: they are unpacked, and each gets a line."
  }
  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].compression_format == "GZIP"
    error_message = "An object is packed as a whole."
  }
}

run "logs_lie_and_travel_under_the_key_of_logs" {
  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].kms_key_arn == var.logs_key_arn && aws_cloudwatch_log_group.delivery.kms_key_id == var.logs_key_arn
    error_message = "The bucket refuses any other key."
  }
  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.server_side_encryption[0].enabled && aws_kinesis_firehose_delivery_stream.this.server_side_encryption[0].key_arn == var.logs_key_arn
    error_message = "On the way, too."
  }
}

run "firehose_adds_to_the_archive_and_may_nothing_else" {
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.delivery.policy).Statement : statement.Sid => [statement.Action, statement.Resource] } == {
      AddObjects  = [["s3:AbortMultipartUpload", "s3:PutObject"], ["${var.logs_bucket_arn}/services/*", "${var.logs_bucket_arn}/failed/*"]]
      FindBucket  = [["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], [var.logs_bucket_arn]]
      SealObjects = [["kms:Decrypt", "kms:GenerateDataKey"], [var.logs_key_arn]]
      SayWhyNot   = [["logs:PutLogEvents"], ["arn:aws:logs:eu-west-1:123456789012:log-group:/brik-refunds-prod/log-archive:log-stream:brik-refunds-prod-log-archive-delivery"]]
    }
    error_message = "The role writes into its two places, under one key."
  }
  assert {
    condition     = jsondecode(aws_iam_role.delivery.assume_role_policy).Statement[0].Principal.Service == "firehose.amazonaws.com" && jsondecode(aws_iam_role.delivery.assume_role_policy).Statement[0].Condition.StringEquals["sts:ExternalId"] == "123456789012"
    error_message = "Firehose takes the role for this account only."
  }
}

run "cloudwatch_logs_puts_into_this_stream_and_may_nothing_else" {
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.subscription.policy).Statement : statement.Sid => [statement.Action, statement.Resource] } == {
      PutRecords  = [["firehose:PutRecord", "firehose:PutRecordBatch"], [output.stream_arn]]
      SealRecords = [["kms:Decrypt", "kms:GenerateDataKey"], [var.logs_key_arn]]
    }
    error_message = "The role hands records over."
  }
  assert {
    condition = jsondecode(aws_iam_role.subscription.assume_role_policy).Statement[0].Principal.Service == "logs.amazonaws.com" && jsondecode(aws_iam_role.subscription.assume_role_policy).Statement[0].Condition == {
      ArnLike      = { "aws:SourceArn" = "arn:aws:logs:eu-west-1:123456789012:*" }
      StringEquals = { "aws:SourceAccount" = "123456789012" }
    }
    error_message = "CloudWatch Logs takes the role for this account's log groups only."
  }
}

run "roles_have_the_boundary" {
  assert {
    condition     = alltrue([for role in [aws_iam_role.delivery, aws_iam_role.subscription] : role.permissions_boundary == var.permissions_boundary_arn])
    error_message = "No role without its bounds."
  }
}

run "what_is_late_or_lost_is_an_alarm" {
  assert {
    condition     = aws_cloudwatch_metric_alarm.stream["late"].metric_name == "DeliveryToS3.DataFreshness" && aws_cloudwatch_metric_alarm.stream["late"].threshold == 300
    error_message = "More than five minutes is more than may be lost."
  }
  assert {
    condition     = toset(values(aws_cloudwatch_metric_alarm.stream)[*].metric_name) == toset(["DeliveryToS3.DataFreshness", "DeliveryToS3.Success", "ThrottledRecords", "OutputDecompressedRecords.Failed"])
    error_message = "Late, refused by S3, too many, not to be unpacked: each is told."
  }
  assert {
    condition     = strcontains(one(aws_cloudwatch_metric_alarm.refused.metric_query).expression, "FilterName = '${aws_cloudwatch_log_subscription_filter.this["api"].name}'")
    error_message = "What CloudWatch Logs cannot hand over is found by the filter's name."
  }
  assert {
    condition     = toset(flatten([for query in aws_cloudwatch_metric_alarm.silent.metric_query : [for metric in query.metric : values(metric.dimensions)]])) == toset(concat(values(var.log_group_names), [output.stream_name]))
    error_message = "What is written is held against what arrives."
  }
  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.stream), [aws_cloudwatch_metric_alarm.refused, aws_cloudwatch_metric_alarm.silent]) : alarm.alarm_actions == toset([var.alarm_topic_arn])])
    error_message = "Somebody must be told."
  }
}

run "everything_is_tagged" {
  assert {
    condition     = alltrue([for tags in [aws_kinesis_firehose_delivery_stream.this.tags, aws_iam_role.delivery.tags, aws_iam_role.subscription.tags, aws_cloudwatch_log_group.delivery.tags] : tags["Environment"] == "prod" && strcontains(tags["Name"], "brik-refunds-prod")])
    error_message = "Tags say whose it is."
  }
}

run "gathering_for_longer_is_refused" {
  command = plan
  variables {
    buffer_s = 300
  }
  expect_failures = [var.buffer_s]
}

run "archive_of_nothing_is_refused" {
  command = plan
  variables {
    log_group_names = {}
  }
  expect_failures = [var.log_group_names]
}
