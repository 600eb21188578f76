# Names and facts that the other files share.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  region    = data.aws_region.this.name

  full_name = "${var.name}-${var.service}"

  # A target group's name has 32 characters: the environment's name, six of these, and the colour.
  short_names = {
    api                  = "api"
    request-manager      = "rqmgr"
    gateway-integration  = "gtway"
    parameter-resolution = "param"
    reporting-engine     = "rpeng"
  }

  port           = 8080
  container      = var.service
  is_blue_green  = var.load_balancer != null
  is_traced      = var.trace_collector_image != null
  namespace_name = coalesce(var.namespace_name, "${var.name}.internal")

  ecs_service_name = one(concat(aws_ecs_service.blue_green[*].name, aws_ecs_service.rolling[*].name))
}
