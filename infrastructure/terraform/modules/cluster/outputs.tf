output "cluster_arn" {
  description = "ARN of the ECS cluster."
  value       = aws_ecs_cluster.this.arn
}

output "cluster_name" {
  description = "Name of the ECS cluster."
  value       = aws_ecs_cluster.this.name

  # Whoever uses the cluster needs its capacity providers.
  depends_on = [aws_ecs_cluster_capacity_providers.this]
}

output "namespace_id" {
  description = "Id of the Cloud Map namespace."
  value       = aws_service_discovery_private_dns_namespace.this.id
}

output "namespace_arn" {
  description = "ARN of the Cloud Map namespace."
  value       = aws_service_discovery_private_dns_namespace.this.arn
}

output "namespace_name" {
  description = "Name of the Cloud Map namespace; services are <service>.<name>."
  value       = aws_service_discovery_private_dns_namespace.this.name
}

output "session_log_group_name" {
  description = "Where sessions inside tasks are logged."
  value       = aws_cloudwatch_log_group.sessions.name
}
