output "stream_name" {
  description = "Stream that carries the logs into the bucket."
  value       = aws_kinesis_firehose_delivery_stream.this.name
}

output "stream_arn" {
  description = "ARN of that stream."
  value       = aws_kinesis_firehose_delivery_stream.this.arn
}

output "delivery_role_arn" {
  description = "Role by which Firehose writes into the bucket."
  value       = aws_iam_role.delivery.arn
}

output "subscription_role_arn" {
  description = "Role by which CloudWatch Logs puts into the stream."
  value       = aws_iam_role.subscription.arn
}

output "delivery_log_group_name" {
  description = "Where Firehose says why it could not deliver."
  value       = aws_cloudwatch_log_group.delivery.name
}

output "alarm_names" {
  description = "Alarms of the archive."
  value = concat(
    [for alarm in aws_cloudwatch_metric_alarm.stream : alarm.alarm_name],
    [aws_cloudwatch_metric_alarm.refused.alarm_name, aws_cloudwatch_metric_alarm.silent.alarm_name],
  )
}
