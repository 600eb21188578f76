output "vault_arn" {
  description = "Vault of the recovery points."
  value       = aws_backup_vault.this.arn
}

output "vault_name" {
  description = "Name of the vault, the same in both regions."
  value       = aws_backup_vault.this.name
}

output "replica_vault_arn" {
  description = "Vault of the copies in the second region."
  value       = aws_backup_vault.replica.arn
}

output "plan_ids" {
  description = "Plans by how often they make recovery points: hourly, daily."
  value       = { for plan, made in aws_backup_plan.this : plan => made.id }
}

output "role_arn" {
  description = "Role by which recovery points are made and restored."
  value       = aws_iam_role.backup.arn
}

output "alarm_names" {
  description = "Alarms of the backups."
  value       = [aws_cloudwatch_metric_alarm.failed.alarm_name, aws_cloudwatch_metric_alarm.missing.alarm_name]
}
