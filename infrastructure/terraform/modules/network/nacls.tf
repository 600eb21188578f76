# The second fence, around each layer, for the day on which a security group is too wide. It keeps no state, so the
# ports of answers (1024-65535) are open where questions go out. The service port lies among them: in private and
# isolated subnets it is closed to all but the load balancer's layer, before the ports of answers are opened.

locals {
  service_port = 8080
  everywhere   = "0.0.0.0/0"

  # direction (shut: closed to what comes in), first port, last port, other side; the first that fits holds
  nacl_rules = {
    public = [
      ["in", 443, 443, local.everywhere],    # clients to the load balancer; private subnets to NAT
      ["in", 1024, 65535, local.everywhere], # answers to NAT and to the load balancer
      ["out", 443, 443, local.everywhere],   # NAT to gateways
      ["out", local.service_port, local.service_port, local.layer_cidrs.private],
      ["out", local.service_port, local.service_port, local.layer_cidrs.isolated],
      ["out", 1024, 65535, local.everywhere], # answers to clients and from NAT
    ]
    private = [
      ["in", local.service_port, local.service_port, local.layer_cidrs.public],
      ["shut", local.service_port, local.service_port, local.everywhere],
      ["in", 1024, 65535, local.everywhere],            # answers from gateways, endpoints, MongoDB, Redis
      ["out", 443, 443, local.everywhere],              # gateways through NAT; endpoints
      ["out", 1024, 65535, local.layer_cidrs.public],   # answers to the load balancer
      ["out", 1024, 65535, local.layer_cidrs.isolated], # MongoDB and Redis
    ]
    isolated = [
      ["in", local.service_port, local.service_port, local.layer_cidrs.public],
      ["shut", local.service_port, local.service_port, local.everywhere],
      ["in", 443, 443, local.layer_cidrs.private],      # endpoints
      ["in", 443, 443, local.layer_cidrs.isolated],     # endpoints
      ["in", 1024, 65535, local.everywhere],            # answers from S3; MongoDB and Redis
      ["out", 443, 443, local.everywhere],              # S3, which is the only route that leads out; endpoints
      ["out", 1024, 65535, local.layer_cidrs.public],   # answers to the load balancer
      ["out", 1024, 65535, local.layer_cidrs.private],  # answers
      ["out", 1024, 65535, local.layer_cidrs.isolated], # MongoDB, Redis and answers
    ]
  }

  nacl_rule_table = merge([for layer, rules in local.nacl_rules : {
    for place, rule in rules : "${layer}-${format("%02d", place + 1)}" => {
      layer  = layer, number = 100 + 10 * place, egress = rule[0] == "out", from = rule[1], to = rule[2], cidr = rule[3]
      action = rule[0] == "shut" ? "deny" : "allow"
    }
  }]...)

  network_acl_ids = {
    public   = aws_network_acl.public.id
    private  = aws_network_acl.private.id
    isolated = aws_network_acl.isolated.id
  }
}

resource "aws_network_acl" "public" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for subnet in aws_subnet.public : subnet.id]

  tags = merge(var.tags, { Name = "${var.name}-public" })
}

resource "aws_network_acl" "private" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for subnet in aws_subnet.private : subnet.id]

  tags = merge(var.tags, { Name = "${var.name}-private" })
}

resource "aws_network_acl" "isolated" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for subnet in aws_subnet.isolated : subnet.id]

  tags = merge(var.tags, { Name = "${var.name}-isolated" })
}

resource "aws_network_acl_rule" "this" {
  for_each = local.nacl_rule_table

  network_acl_id = local.network_acl_ids[each.value.layer]
  rule_number    = each.value.number
  egress         = each.value.egress
  protocol       = "tcp"
  rule_action    = each.value.action
  from_port      = each.value.from
  to_port        = each.value.to
  cidr_block     = each.value.cidr
}
