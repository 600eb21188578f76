# Whom the rotation function may call. Nobody calls it over the network. The cache must let this group in.

resource "aws_security_group" "rotation" {
  name_prefix = "${local.function_name}-"
  description = "Changes the token of the cache of ${var.name}"
  vpc_id      = var.network.vpc_id

  tags = merge(var.tags, { Name = local.function_name })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "rotation" {
  for_each = {
    endpoints = { security_group_id = var.network.endpoint_security_group_id, port = 443 }
    cache     = { security_group_id = var.network.cache_security_group_id, port = var.cache_port }
  }

  security_group_id            = aws_security_group.rotation.id
  description                  = "To the ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  referenced_security_group_id = each.value.security_group_id

  tags = merge(var.tags, { Name = "${local.function_name}-${each.key}" })
}
