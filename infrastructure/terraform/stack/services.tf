# The five services. What each may do stands in rights.tf, whom it talks to in connections.tf, what it reads in
# settings.tf, when more of it run in scaling.tf.

module "cluster" {
  source = "../modules/cluster"

  name               = local.name
  tags               = local.tags
  vpc_id             = module.network.vpc_id
  use_spot           = var.use_spot
  logs_key_arn       = module.keys.key_arns["logs"]
  log_retention_days = var.log_retention_days
}

module "services" {
  source   = "../modules/service"
  for_each = var.services

  name           = local.name
  tags           = local.tags
  service        = each.key
  cluster_arn    = module.cluster.cluster_arn
  cluster_name   = module.cluster.cluster_name
  namespace_id   = module.cluster.namespace_id
  namespace_name = module.cluster.namespace_name
  vpc_id         = module.network.vpc_id
  subnet_ids     = each.key == local.service_that_leaves ? module.network.private_subnet_ids : module.network.isolated_subnet_ids

  image     = "${module.images.repository_urls[each.key]}:${var.image_tag}"
  cpu       = each.value.cpu
  memory    = each.value.memory
  count_min = each.value.count_min
  count_max = each.value.count_max
  use_spot  = var.use_spot
  scaling   = local.scaling[each.key]

  environment       = local.settings[each.key]
  secret_arn        = module.secrets.service_secret_arns[each.key]
  secrets_key_arn   = module.keys.key_arns["secrets"]
  policy_statements = local.rights[each.key]

  connections_out = local.connections_out[each.key]
  load_balancer   = lookup(local.doors, each.key, null)

  permissions_boundary_arn = module.identity.permissions_boundary_arn
  alarm_topic_arn          = module.observability.alarm_topic_arns["critical"]
  logs_key_arn             = module.keys.key_arns["logs"]
  log_retention_days       = var.log_retention_days
}
