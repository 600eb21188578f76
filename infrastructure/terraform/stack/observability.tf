# What people look at, and what wakes them.

module "observability" {
  source = "../modules/observability"

  name                     = local.name
  tags                     = local.tags
  emails                   = var.alarm_emails
  service_names            = { for service, made in module.services : service => made.service_name }
  log_group_names          = { for service, made in module.services : service => made.log_group_name }
  cluster_name             = module.cluster.cluster_name
  alb_arn_suffix           = module.edge.alb_arn_suffix
  queue_names              = module.queues.queue_names
  dead_letter_queue_names  = module.queues.dead_letter_names
  cache_node_ids           = module.cache.node_ids
  health_url               = "${module.edge.url}/health"
  canary_bucket_name       = module.storage.bucket_names["access_logs"] # no lock: what a canary saw is kept for months
  permissions_boundary_arn = module.identity.permissions_boundary_arn
}
