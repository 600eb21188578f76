# Where the services are found by name inside the VPC.

resource "aws_service_discovery_private_dns_namespace" "this" {
  name        = "${var.name}.internal"
  description = "Services of ${var.name}"
  vpc         = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}.internal" })
}
