# The arrows of the house: who opens a connection to whom. No service to another; only one leaves for the Internet.
# The arrows to the database are in third_party/atlas, beside its endpoint.

locals {
  service_that_leaves = "gateway-integration"

  inside = [
    { port = module.cache.port, security_group_id = module.cache.security_group_id, cidr = null, prefix_list_id = null, far_end = true, description = "Cache" },
    { port = 443, security_group_id = module.network.endpoint_security_group_id, cidr = null, prefix_list_id = null, far_end = true, description = "AWS by endpoints in the VPC" },
    { port = 443, security_group_id = null, cidr = null, prefix_list_id = module.network.s3_prefix_list_id, far_end = false, description = "S3 by its gateway endpoint" },
  ]
  internet = [
    { port = 443, security_group_id = null, cidr = "0.0.0.0/0", prefix_list_id = null, far_end = false, description = "Gateways on the Internet" },
  ]

  connections_out = {
    for service in keys(var.services) :
    service => concat(local.inside, service == local.service_that_leaves ? local.internet : [])
  }

  # First match by priority; whatever is left is the api's.
  paths = {
    gateway-integration  = { priority = 100, path_patterns = ["/webhooks/*"] }
    parameter-resolution = { priority = 200, path_patterns = ["/v1/parameters", "/v1/parameters/*"] }
    api                  = { priority = 900, path_patterns = ["/*"] }
  }

  doors = {
    for service, path in local.paths : service => merge(path, {
      listener_arn          = module.edge.listener_arn
      test_listener_arn     = module.edge.test_listener_arn
      alb_security_group_id = module.edge.alb_security_group_id
      alb_arn_suffix        = module.edge.alb_arn_suffix
    })
  }
}

# The function that changes the cache's token opens connections to it, too; its own rules are in module secrets.
resource "aws_vpc_security_group_ingress_rule" "rotation_to_cache" {
  security_group_id            = module.cache.security_group_id
  description                  = "From the rotation of the token"
  ip_protocol                  = "tcp"
  from_port                    = module.cache.port
  to_port                      = module.cache.port
  referenced_security_group_id = module.secrets.rotation_security_group_id

  tags = merge(local.tags, { Name = "${local.name}-rotation-to-cache" })
}
