output "cluster_name" {
  description = "Name of the cluster."
  value       = mongodbatlas_advanced_cluster.this.name
}

output "mongodb_version" {
  description = "Major version of the server."
  value       = mongodbatlas_advanced_cluster.this.mongo_db_major_version
}

output "database_security_group_id" {
  description = "Security group of the private endpoint."
  value       = aws_security_group.database.id
}

output "users" {
  description = "Database users, one per service and the migration's."
  value       = sort([for user in mongodbatlas_database_user.service : user.username])
}

output "migration_secret_arn" {
  description = "Secret of the migration; REFUNDS_SECRET_ID of the task that runs it."
  value       = aws_secretsmanager_secret.migration.arn
}

output "migration_role_arn" {
  description = "Role of the task that runs the migration."
  value       = aws_iam_role.migration.arn
}
