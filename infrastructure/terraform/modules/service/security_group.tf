# Who may open a connection to the tasks, and to whom they may. One rule per arrow, at both of its ends.

locals {
  connections_in  = { for connection in var.connections_in : connection.description => connection }
  connections_out = { for connection in var.connections_out : connection.description => connection }
}

resource "aws_security_group" "this" {
  name_prefix = "${local.full_name}-"
  description = "Tasks of ${var.service}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = local.full_name })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer" {
  count = local.is_blue_green ? 1 : 0

  security_group_id            = aws_security_group.this.id
  description                  = "Requests from the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
  referenced_security_group_id = var.load_balancer.alb_security_group_id

  tags = merge(var.tags, { Name = "${local.full_name}-from-load-balancer" })
}

resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  count = local.is_blue_green ? 1 : 0

  security_group_id            = var.load_balancer.alb_security_group_id
  description                  = "Requests to ${var.service}"
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
  referenced_security_group_id = aws_security_group.this.id

  tags = merge(var.tags, { Name = "${var.name}-load-balancer-to-${var.service}" })
}

resource "aws_vpc_security_group_ingress_rule" "connections_in" {
  for_each = local.connections_in

  security_group_id            = aws_security_group.this.id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
  referenced_security_group_id = each.value.security_group_id

  tags = merge(var.tags, { Name = "${local.full_name}-in" })
}

resource "aws_vpc_security_group_egress_rule" "connections_out" {
  for_each = local.connections_out

  security_group_id            = aws_security_group.this.id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = coalesce(each.value.port_to, each.value.port)
  referenced_security_group_id = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr
  prefix_list_id               = each.value.prefix_list_id

  tags = merge(var.tags, { Name = "${local.full_name}-out" })
}

# The far end of each connection to a group, known by what it has not: that is known before the group is made.
resource "aws_vpc_security_group_ingress_rule" "far_ends" {
  for_each = {
    for key, connection in local.connections_out : key => connection
    if coalesce(connection.far_end, connection.cidr == null && connection.prefix_list_id == null)
  }

  security_group_id            = each.value.security_group_id
  description                  = "From ${var.service}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = coalesce(each.value.port_to, each.value.port)
  referenced_security_group_id = aws_security_group.this.id

  tags = merge(var.tags, { Name = "${local.full_name}-far-end" })
}
