# The names of the way in. CloudFront asks the origin's name, which falls over between the regions' names.

data "aws_region" "home" {}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  home_region    = data.aws_region.home.name
  origin_name    = "origin.${var.domain_name}"
  home_name      = "origin-${local.home_region}.${var.domain_name}"
  standby_name   = "origin-${var.standby_region}.${var.domain_name}"
  liveness_path  = "/health/live"
  readiness_path = "/health"
  secret_header  = "x-brik-origin-secret"
}
