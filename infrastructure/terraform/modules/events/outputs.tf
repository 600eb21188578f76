output "bus_name" {
  description = "Name of the bus (REFUNDS_EVENT_BUS_NAME)."
  value       = aws_cloudwatch_event_bus.this.name
}

output "bus_arn" {
  description = "ARN of the bus."
  value       = aws_cloudwatch_event_bus.this.arn
}

output "archive_arn" {
  description = "ARN of the archive, from which events are replayed."
  value       = aws_cloudwatch_event_archive.this.arn
}

output "log_group_name" {
  description = "Where every event is a line."
  value       = aws_cloudwatch_log_group.events.name
}

output "failed_refunds_queue_arn" {
  description = "Queue of refunds that failed, came back or were contradicted."
  value       = aws_sqs_queue.failed_refunds.arn
}

output "undelivered_queue_arn" {
  description = "Queue of events that did not reach their target."
  value       = aws_sqs_queue.undelivered.arn
}

output "schema_registry_name" {
  description = "Registry of the events' schemas."
  value       = aws_schemas_registry.this.name
}

output "alarm_names" {
  description = "Alarms of the events."
  value       = [aws_cloudwatch_metric_alarm.failed_refunds.alarm_name, aws_cloudwatch_metric_alarm.undelivered.alarm_name]
}
