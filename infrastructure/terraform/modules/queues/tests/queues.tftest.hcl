# The queues with mocked providers: encrypted, by TLS only, with dead letters that are noticed.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:123456789012:mock"
      url = "https://sqs.eu-west-1.amazonaws.com/123456789012/mock"
    }
  }
}

variables {
  name            = "brik-refunds-prod"
  tags            = { Environment = "prod" }
  queues_key_arn  = "arn:aws:kms:eu-west-1:123456789012:key/queues"
  alarm_topic_arn = "arn:aws:sns:eu-west-1:123456789012:critical"

  queues = {
    review = { visibility_timeout_s = 60, retention_s = 345600, receives_max = 5 }
    submit = { visibility_timeout_s = 120, retention_s = 345600, receives_max = 3, age_max_s = 120 }
  }
}

run "queues_are_made_by_what_they_ask_for" {
  assert {
    condition     = output.queue_names == { review = "brik-refunds-prod-review", submit = "brik-refunds-prod-submit" }
    error_message = "Queues must be known by their purpose."
  }
  assert {
    condition     = aws_sqs_queue.this["submit"].visibility_timeout_seconds == 120 && aws_sqs_queue.this["review"].message_retention_seconds == 345600
    error_message = "Times must be those given."
  }
  assert {
    condition     = alltrue([for queue in aws_sqs_queue.this : queue.receive_wait_time_seconds == 20])
    error_message = "Empty answers cost money: wait for messages."
  }
}

run "messages_are_encrypted" {
  assert {
    condition     = alltrue([for queue in concat(values(aws_sqs_queue.this), values(aws_sqs_queue.dead)) : queue.kms_master_key_id == var.queues_key_arn])
    error_message = "Every queue must be encrypted by our key."
  }
}

run "queues_talk_tls_to_this_account_only" {
  assert {
    condition     = toset(keys(aws_sqs_queue_policy.this)) == toset(["review", "review-dead", "submit", "submit-dead"])
    error_message = "Every queue needs its policy."
  }
  assert {
    condition = alltrue([for policy in aws_sqs_queue_policy.this :
      jsondecode(policy.policy).Statement[0].Effect == "Deny" && jsondecode(policy.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    ])
    error_message = "Requests without TLS must be refused."
  }
  assert {
    condition     = alltrue([for policy in aws_sqs_queue_policy.this : alltrue([for statement in jsondecode(policy.policy).Statement : statement.Effect == "Deny"])])
    error_message = "The queue's policy gives nobody anything."
  }
}

run "failed_messages_are_put_aside" {
  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_policy.this["submit"].redrive_policy).maxReceiveCount == 3 && jsondecode(aws_sqs_queue_redrive_policy.this["review"].redrive_policy).maxReceiveCount == 5
    error_message = "A message is tried as often as was said."
  }
  assert {
    condition     = alltrue([for policy in aws_sqs_queue_redrive_allow_policy.this : jsondecode(policy.redrive_allow_policy).redrivePermission == "byQueue" && length(jsondecode(policy.redrive_allow_policy).sourceQueueArns) == 1])
    error_message = "Only its own queue may put messages aside."
  }
  assert {
    condition     = alltrue([for queue in aws_sqs_queue.dead : queue.message_retention_seconds == 1209600])
    error_message = "Dead letters are kept for fourteen days."
  }
}

run "waiting_and_dead_letters_are_alarms" {
  assert {
    condition     = aws_cloudwatch_metric_alarm.age["review"].threshold == 300 && aws_cloudwatch_metric_alarm.age["submit"].threshold == 120
    error_message = "Waiting too long is an alarm."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.dead_letters : alarm.threshold == 0 && endswith(alarm.dimensions["QueueName"], "-dead")])
    error_message = "A single dead letter is an alarm."
  }
  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.age), values(aws_cloudwatch_metric_alarm.dead_letters)) : alarm.alarm_actions == toset([var.alarm_topic_arn])])
    error_message = "Somebody must be told."
  }
}

run "message_put_aside_at_its_first_failure_is_refused" {
  command = plan
  variables {
    queues = { review = { visibility_timeout_s = 60, retention_s = 345600, receives_max = 1 } }
  }
  expect_failures = [var.queues]
}

run "message_outliving_its_dead_letter_is_refused" {
  command = plan
  variables {
    queues = { review = { visibility_timeout_s = 60, retention_s = 1209600, receives_max = 5 } }
  }
  expect_failures = [var.queues]
}
