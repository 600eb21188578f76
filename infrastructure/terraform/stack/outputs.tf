output "service_environment" {
  description = "Environment variables of each service, exactly as its task definition carries them."
  value       = { for service, made in module.services : service => made.environment }
}

output "url" {
  description = "Where the product is reached."
  value       = module.edge.url
}

output "vpc_id" {
  description = "The VPC."
  value       = module.network.vpc_id
}

output "subnet_ids" {
  description = "Subnets by kind: public, private (lead out), isolated."
  value = {
    public   = module.network.public_subnet_ids
    private  = module.network.private_subnet_ids
    isolated = module.network.isolated_subnet_ids
  }
}

output "services_network" {
  description = "Address ranges, route tables and network ACLs of the layers where services run, for the stack of the database."
  value       = module.network.services_network
}

output "service_security_group_ids" {
  description = "Security group of each service's tasks, which the stack of the database lets in."
  value       = { for service, made in module.services : service => made.security_group_id }
}

output "cluster_name" {
  description = "The ECS cluster."
  value       = module.cluster.cluster_name
}

output "service_names" {
  description = "ECS services by the service that each is."
  value       = { for service, made in module.services : service => made.service_name }
}

output "deployments" {
  description = "What CodeDeploy is told to release a service; null for those that ECS rolls out."
  value       = { for service, made in module.services : service => made.deployment }
}

output "queue_urls" {
  description = "Queues by what they ask for."
  value       = module.queues.queue_urls
}

output "event_bus_name" {
  description = "The bus on which events leave."
  value       = module.events.bus_name
}

output "bucket_names" {
  description = "Buckets by what they hold."
  value       = module.storage.bucket_names
}

output "key_arns" {
  description = "KMS keys by what they protect, and the one that seals anchors."
  value       = merge(module.keys.key_arns, { anchor = module.keys.anchor_key_arn })
}

output "service_secret_arns" {
  description = "Secret of each service."
  value       = module.secrets.service_secret_arns
}

output "cache_endpoint" {
  description = "Name and port of the cache; TLS only."
  value       = "${module.cache.endpoint}:${module.cache.port}"
}

output "backup_vault_name" {
  description = "The vault of recovery points."
  value       = module.backup.vault_name
}

output "pipeline_role_arn" {
  description = "Role that the pipeline takes."
  value       = module.identity.pipeline_role_arn
}

output "permissions_boundary_arn" {
  description = "The most that a role of the product can be allowed; the stack of the database gives it to Atlas' role."
  value       = module.identity.permissions_boundary_arn
}

output "user_pool" {
  description = "Who issues tokens, where its keys are, and its clients."
  value = {
    id         = module.identity.user_pool_id
    issuer     = module.identity.issuer_url
    jwks_url   = module.identity.jwks_url
    client_ids = module.identity.client_ids
  }
}

output "alarm_topic_arns" {
  description = "Topics of alarms: critical wakes somebody, warning waits."
  value       = module.observability.alarm_topic_arns
}

output "global_alarm_topic_arn" {
  description = "Topic of the alarms in us-east-1 (Route 53, CloudFront, its firewall and certificate); it wakes somebody, too."
  value       = module.edge.global_alarm_topic_arn
}
