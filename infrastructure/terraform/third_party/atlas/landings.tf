# The way to the nodes in the cluster's other regions, one of which is the primary when the home region's nodes are lost.
# An endpoint leads to the nodes of its own region only, and Atlas tells private addresses only where every region of the
# cluster has one. So each has a landing: a VPC with that endpoint and nothing else, peered with the services' VPC.

locals {
  landings = { for region in slice(var.regions, 1, length(var.regions)) : region.name => region.landing_cidr }

  landing_endpoint_ids = zipmap(
    slice(var.regions, 1, length(var.regions))[*].name,
    concat(module.second[*].endpoint_id, module.third[*].endpoint_id),
  )
}

resource "mongodbatlas_privatelink_endpoint" "landing" {
  for_each = local.landings

  project_id    = mongodbatlas_project.this.id
  provider_name = "AWS"
  region        = each.key
}

module "second" {
  source = "./landing"
  count  = length(var.regions) > 1 ? 1 : 0

  providers = {
    aws      = aws.second
    aws.home = aws
  }

  name                       = "${var.name}-database-${local.aws_regions[1]}"
  tags                       = var.tags
  region                     = local.aws_regions[1]
  cidr                       = var.regions[1].landing_cidr
  endpoint_service_name      = mongodbatlas_privatelink_endpoint.landing[var.regions[1].name].endpoint_service_name
  home_vpc_id                = var.vpc_id
  services_network           = var.services_network
  service_security_group_ids = var.service_security_group_ids
  network_acl_rule_number    = 300
}

module "third" {
  source = "./landing"
  count  = length(var.regions) > 2 ? 1 : 0

  providers = {
    aws      = aws.third
    aws.home = aws
  }

  name                       = "${var.name}-database-${local.aws_regions[2]}"
  tags                       = var.tags
  region                     = local.aws_regions[2]
  cidr                       = var.regions[2].landing_cidr
  endpoint_service_name      = mongodbatlas_privatelink_endpoint.landing[var.regions[2].name].endpoint_service_name
  home_vpc_id                = var.vpc_id
  services_network           = var.services_network
  service_security_group_ids = var.service_security_group_ids
  network_acl_rule_number    = 310
}

resource "mongodbatlas_privatelink_endpoint_service" "landing" {
  for_each = local.landings

  project_id          = mongodbatlas_project.this.id
  private_link_id     = mongodbatlas_privatelink_endpoint.landing[each.key].private_link_id
  endpoint_service_id = local.landing_endpoint_ids[each.key]
  provider_name       = "AWS"
}
