# The endpoint of Atlas in this region. Security groups of another region cannot be named: it is open to the layers of the
# services, and of these only the services' groups are let out to it.

resource "aws_security_group" "database" {
  name_prefix = "${var.name}-"
  description = "Private endpoint of MongoDB Atlas: from the services in their region"
  vpc_id      = aws_vpc.this.id

  tags = merge(var.tags, { Name = var.name })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "services" {
  for_each = var.services_network.cidrs

  security_group_id = aws_security_group.database.id
  description       = "MongoDB from the ${each.key} layer"
  ip_protocol       = "tcp"
  from_port         = 1024
  to_port           = 65535
  cidr_ipv4         = each.value

  tags = merge(var.tags, { Name = "${var.name}-from-${each.key}" })
}

resource "aws_vpc_security_group_egress_rule" "service" {
  for_each = var.service_security_group_ids
  provider = aws.home

  security_group_id = each.value
  description       = "MongoDB Atlas in ${var.region}"
  ip_protocol       = "tcp"
  from_port         = 1024
  to_port           = 65535
  cidr_ipv4         = var.cidr

  tags = merge(var.tags, { Name = "${var.name}-from-${each.key}" })
}

resource "aws_vpc_endpoint" "database" {
  vpc_id             = aws_vpc.this.id
  service_name       = var.endpoint_service_name
  vpc_endpoint_type  = "Interface"
  subnet_ids         = [for zone in local.zones : aws_subnet.this[zone].id]
  security_group_ids = [aws_security_group.database.id]

  tags = merge(var.tags, { Name = var.name })
}
