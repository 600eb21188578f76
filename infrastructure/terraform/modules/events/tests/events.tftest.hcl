# The bus with mocked providers: who may speak, where events go, what becomes of those that do not arrive.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_resource "aws_cloudwatch_event_bus" {
    defaults = { arn = "arn:aws:events:eu-west-1:123456789012:event-bus/brik-refunds-prod" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:eu-west-1:123456789012:rule/brik-refunds-prod/mock" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/events/brik-refunds-prod" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-west-1:123456789012:mock" }
  }
}

variables {
  name            = "brik-refunds-prod"
  tags            = { Environment = "prod" }
  queues_key_arn  = "arn:aws:kms:eu-west-1:123456789012:key/queues"
  logs_key_arn    = "arn:aws:kms:eu-west-1:123456789012:key/logs"
  archive_days    = 90
  alarm_topic_arn = "arn:aws:sns:eu-west-1:123456789012:critical"
}

run "everything_kept_is_encrypted" {
  assert {
    condition     = aws_cloudwatch_event_bus.this.kms_key_identifier == var.queues_key_arn && aws_sqs_queue.undelivered.kms_master_key_id == var.queues_key_arn && aws_sqs_queue.failed_refunds.kms_master_key_id == var.queues_key_arn
    error_message = "Bus and queues must be encrypted by our key."
  }
  assert {
    condition     = aws_cloudwatch_log_group.events.kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.events.retention_in_days == 365
    error_message = "The log must be encrypted and kept for a stated time."
  }
}

run "only_the_product_speaks_on_the_bus" {
  assert {
    condition = {
      for statement in jsondecode(aws_cloudwatch_event_bus_policy.this.policy).Statement : statement.Sid => statement.Effect
    } == { OnlyThisAccount = "Deny", OnlyTheProductsSource = "Deny" }
    error_message = "Other accounts and other sources must be refused."
  }
}

run "every_event_is_logged" {
  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.all.event_pattern) == { source = ["brik.refunds"] } && aws_cloudwatch_event_target.log.arn == aws_cloudwatch_log_group.events.arn
    error_message = "Every event of the product goes to the log."
  }
}

run "a_rule_disabled_by_hand_would_show" {
  assert {
    condition     = alltrue([for rule in [aws_cloudwatch_event_rule.all, aws_cloudwatch_event_rule.failed_refunds] : rule.state == "ENABLED"])
    error_message = "The provider compares a rule's state only where it is stated."
  }
}

run "failed_refunds_are_told_of" {
  assert {
    condition     = toset(jsondecode(aws_cloudwatch_event_rule.failed_refunds.event_pattern)["detail-type"]) == toset(["refund.failed", "refund.reversed", "refund.contradicted"])
    error_message = "Failed, reversed and contradicted refunds go to their queue."
  }
  assert {
    condition     = alltrue([for type in jsondecode(aws_cloudwatch_event_rule.failed_refunds.event_pattern)["detail-type"] : contains(keys(local.event_types), type)])
    error_message = "A rule must wait for events that exist."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue_policy.failed_refunds.policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == aws_cloudwatch_event_rule.failed_refunds.arn
    error_message = "Only the rule may put refunds onto the list."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.failed_refunds.dimensions["QueueName"] == "brik-refunds-prod-failed-refunds" && aws_cloudwatch_metric_alarm.failed_refunds.alarm_actions == toset([var.alarm_topic_arn])
    error_message = "Many at once are an alarm."
  }
}

run "undelivered_events_are_kept_and_told_of" {
  assert {
    condition     = aws_cloudwatch_event_target.log.dead_letter_config[0].arn == output.undelivered_queue_arn && aws_cloudwatch_event_target.failed_refunds.dead_letter_config[0].arn == output.undelivered_queue_arn
    error_message = "Every target needs somewhere for what it does not take."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.undelivered.threshold == 0 && aws_cloudwatch_metric_alarm.undelivered.dimensions["QueueName"] == "brik-refunds-prod-events-undelivered"
    error_message = "A single one is an alarm."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue_policy.undelivered.policy).Statement[1].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "Requests without TLS must be refused."
  }
}

run "events_can_be_replayed" {
  assert {
    condition     = aws_cloudwatch_event_archive.this.retention_days == 90 && aws_cloudwatch_event_archive.this.event_source_arn == output.bus_arn
    error_message = "All events of the bus are kept for 90 days."
  }
}

run "every_type_has_its_schema" {
  assert {
    condition     = length(aws_schemas_schema.this) == 19 && aws_schemas_schema.this["refund.completed"].name == "brik.refunds@refund.completed"
    error_message = "Eighteen types, eighteen schemas."
  }
  assert {
    condition     = alltrue([for type, schema in aws_schemas_schema.this : jsondecode(schema.content).properties.type.enum == [type] && length(jsondecode(schema.content).required) == 15])
    error_message = "A schema is for one type and wants every field."
  }
}

run "archive_without_an_end_is_refused" {
  command = plan
  variables {
    archive_days = 0
  }
  expect_failures = [var.archive_days]
}
