output "trail_arn" {
  description = "The trail of calls to AWS."
  value       = aws_cloudtrail.this.arn
}

output "trail_log_group_name" {
  description = "Log group in which the trail can be searched."
  value       = aws_cloudwatch_log_group.trail.name
}

output "detector_id" {
  description = "GuardDuty's detector."
  value       = local.detector_id
}

output "recorder_name" {
  description = "Config's recorder; null where the baseline made it."
  value       = one(aws_config_configuration_recorder.this[*].name)
}

output "rule_names" {
  description = "Config's rules."
  value       = [for rule in aws_config_config_rule.this : rule.name]
}

output "standard_arns" {
  description = "Standards that Security Hub checks."
  value       = [for standard in aws_securityhub_standards_subscription.this : standard.standards_arn]
}

output "alarm_names" {
  description = "Alarms of what must never happen unseen."
  value       = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name]
}
