# The only way to the database's nodes in the home region: a private endpoint in the services' VPC, open to their security
# groups alone. Atlas listens on one port per node from 1024 up. There is no IP access list, so that the public addresses
# answer nobody. The nodes of other regions: landings.tf.

resource "mongodbatlas_privatelink_endpoint" "this" {
  project_id    = mongodbatlas_project.this.id
  provider_name = "AWS"
  region        = var.aws_region
}

resource "aws_security_group" "database" {
  name_prefix = "${var.name}-database-"
  description = "Private endpoint of MongoDB Atlas: from the services"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}-database" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "service" {
  #checkov:skip=CKV_AWS_25:Open to security groups, to no address; Atlas listens from 1024 up, and 3389 lies in between
  for_each = var.service_security_group_ids

  security_group_id            = aws_security_group.database.id
  description                  = "MongoDB from ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 1024
  to_port                      = 65535
  referenced_security_group_id = each.value

  tags = merge(var.tags, { Name = "${var.name}-database-from-${each.key}" })
}

resource "aws_vpc_security_group_egress_rule" "service" {
  for_each = var.service_security_group_ids

  security_group_id            = each.value
  description                  = "MongoDB Atlas"
  ip_protocol                  = "tcp"
  from_port                    = 1024
  to_port                      = 65535
  referenced_security_group_id = aws_security_group.database.id

  tags = merge(var.tags, { Name = "${var.name}-${each.key}-to-database" })
}

resource "aws_vpc_endpoint" "database" {
  vpc_id             = var.vpc_id
  service_name       = mongodbatlas_privatelink_endpoint.this.endpoint_service_name
  vpc_endpoint_type  = "Interface"
  subnet_ids         = var.subnet_ids
  security_group_ids = [aws_security_group.database.id]

  tags = merge(var.tags, { Name = "${var.name}-database" })
}

resource "mongodbatlas_privatelink_endpoint_service" "this" {
  project_id          = mongodbatlas_project.this.id
  private_link_id     = mongodbatlas_privatelink_endpoint.this.private_link_id
  endpoint_service_id = aws_vpc_endpoint.database.id
  provider_name       = "AWS"
}
