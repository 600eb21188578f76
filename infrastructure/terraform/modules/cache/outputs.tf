output "endpoint" {
  description = "Name under which clients find the cluster's shards."
  value       = aws_elasticache_replication_group.this.configuration_endpoint_address
}

output "port" {
  description = "Port of the cache; TLS only."
  value       = local.port
}

output "security_group_id" {
  description = "Group of the nodes, to which each service adds the rule that lets it in."
  value       = aws_security_group.this.id
}

output "replication_group_id" {
  description = "Name of the cache."
  value       = aws_elasticache_replication_group.this.replication_group_id
}

output "node_ids" {
  description = "Names of the nodes, by which CloudWatch knows them."
  value       = sort(local.nodes)
}

output "alarm_names" {
  description = "Alarms of the cache."
  value       = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name]
}
