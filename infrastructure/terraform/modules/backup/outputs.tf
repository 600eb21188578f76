output "vault_name" {
  description = "Vault of the home region."
  value       = aws_backup_vault.this.name
}

output "vault_arn" {
  description = "ARN of the vault of the home region."
  value       = aws_backup_vault.this.arn
}

output "replica_vault_arn" {
  description = "ARN of the vault with the copies in the second region."
  value       = aws_backup_vault.replica.arn
}

output "plan_ids" {
  description = "Plans by name: hourly, daily."
  value       = { for plan, made in aws_backup_plan.this : plan => made.id }
}

output "role_arn" {
  description = "Role by which AWS Backup backs up and restores."
  value       = aws_iam_role.backup.arn
}
