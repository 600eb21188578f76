output "queue_urls" {
  description = "Addresses of the queues, by what they ask for."
  value       = { for key, queue in aws_sqs_queue.this : key => queue.url }
}

output "queue_arns" {
  description = "ARNs of the queues, by what they ask for."
  value       = { for key, queue in aws_sqs_queue.this : key => queue.arn }
}

output "queue_names" {
  description = "Names of the queues, by what they ask for."
  value       = { for key, queue in aws_sqs_queue.this : key => queue.name }
}

output "dead_letter_arns" {
  description = "ARNs of the queues of dead letters, by what they ask for."
  value       = { for key, queue in aws_sqs_queue.dead : key => queue.arn }
}

output "dead_letter_names" {
  description = "Names of the queues of dead letters, by what they ask for."
  value       = { for key, queue in aws_sqs_queue.dead : key => queue.name }
}

output "alarm_names" {
  description = "Alarms of the queues."
  value = concat(
    [for alarm in aws_cloudwatch_metric_alarm.age : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.dead_letters : alarm.alarm_name],
  )
}
