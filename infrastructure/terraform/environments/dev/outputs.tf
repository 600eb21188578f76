output "service_environment" {
  description = "Environment variables of each service, exactly as its task definition carries them."
  value       = module.stack.service_environment
}

output "url" {
  description = "Where the product is reached."
  value       = module.stack.url
}

output "vpc_id" {
  description = "The VPC."
  value       = module.stack.vpc_id
}

output "subnet_ids" {
  description = "Subnets by kind: public, private (lead out), isolated."
  value       = module.stack.subnet_ids
}

output "services_network" {
  description = "Address ranges, route tables and network ACLs of the layers where services run, for the stack of the database."
  value       = module.stack.services_network
}

output "service_security_group_ids" {
  description = "Security group of each service's tasks, which the stack of the database lets in."
  value       = module.stack.service_security_group_ids
}

output "cluster_name" {
  description = "The ECS cluster."
  value       = module.stack.cluster_name
}

output "service_names" {
  description = "ECS services by the service that each is."
  value       = module.stack.service_names
}

output "deployments" {
  description = "What CodeDeploy is told to release a service; null for those that ECS rolls out."
  value       = module.stack.deployments
}

output "queue_urls" {
  description = "Queues by what they ask for."
  value       = module.stack.queue_urls
}

output "event_bus_name" {
  description = "The bus on which events leave."
  value       = module.stack.event_bus_name
}

output "bucket_names" {
  description = "Buckets by what they hold."
  value       = module.stack.bucket_names
}

output "key_arns" {
  description = "KMS keys by what they protect, and the one that seals anchors."
  value       = module.stack.key_arns
}

output "service_secret_arns" {
  description = "Secret of each service."
  value       = module.stack.service_secret_arns
}

output "cache_endpoint" {
  description = "Name and port of the cache; TLS only."
  value       = module.stack.cache_endpoint
}

output "backup_vault_name" {
  description = "The vault of recovery points."
  value       = module.stack.backup_vault_name
}

output "pipeline_role_arn" {
  description = "Role that the pipeline takes."
  value       = module.stack.pipeline_role_arn
}

output "permissions_boundary_arn" {
  description = "The most that a role of the product can be allowed; the stack of the database gives it to Atlas' role."
  value       = module.stack.permissions_boundary_arn
}

output "user_pool" {
  description = "Who issues tokens, where its keys are, and its clients."
  value       = module.stack.user_pool
}

output "alarm_topic_arns" {
  description = "Topics of alarms: critical wakes somebody, warning waits."
  value       = module.stack.alarm_topic_arns
}

output "global_alarm_topic_arn" {
  description = "Topic of the alarms in us-east-1 (Route 53, CloudFront, its firewall and certificate); it wakes somebody, too."
  value       = module.stack.global_alarm_topic_arn
}
