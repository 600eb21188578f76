output "alarm_topic_arns" {
  description = "Topics of alarms: critical wakes somebody, warning waits."
  value       = { for severity in local.severities : severity => aws_sns_topic.alarms[severity].arn }
}

output "topics_key_arn" {
  description = "KMS key of the topics; whoever publishes needs it."
  value       = aws_kms_key.topics.arn
}

output "dashboard_names" {
  description = "Names of the dashboards."
  value       = [aws_cloudwatch_dashboard.service_levels.dashboard_name, aws_cloudwatch_dashboard.capacity.dashboard_name]
}

output "counted_events" {
  description = "Event names of the product's logs, by the metric that counts them."
  value       = local.counted_events
}
