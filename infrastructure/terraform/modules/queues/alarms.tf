# Somebody is told when messages wait too long, and when one was put aside.

resource "aws_cloudwatch_metric_alarm" "age" {
  for_each = var.queues

  alarm_name          = "${var.name}-queue-${each.key}-age"
  alarm_description   = "A message has waited in ${aws_sqs_queue.this[each.key].name} for more than ${each.value.age_max_s} s."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.this[each.key].name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.age_max_s
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${var.name}-queue-${each.key}-age" })
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = var.queues

  alarm_name          = "${var.name}-queue-${each.key}-dead-letters"
  alarm_description   = "A message of ${aws_sqs_queue.this[each.key].name} was put aside after ${each.value.receives_max} tries. Its refund goes on by the sweep; find out why, then redrive."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead[each.key].name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${var.name}-queue-${each.key}-dead-letters" })
}
