# Three kinds of subnets in three Availability Zones. Only the private ones lead out.

module "network" {
  source = "../modules/network"

  name                        = local.name
  tags                        = local.tags
  cidr                        = var.cidr
  az_count                    = 3
  nat_gateways                = var.nat_gateways
  interface_endpoint_az_count = var.interface_endpoint_az_count
  flow_log_retention_days     = var.log_retention_days
  logs_key_arn                = module.keys.key_arns["logs"]
  alarm_topic_arn             = module.observability.alarm_topic_arns["critical"]
  permissions_boundary_arn    = local.ceiling_arn
}
