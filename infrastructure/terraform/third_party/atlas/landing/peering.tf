# From the services' layers to the landing and back. Peering leads no further: neither side sees the other's neighbours.

resource "aws_vpc_peering_connection" "this" {
  provider = aws.home

  vpc_id      = var.home_vpc_id
  peer_vpc_id = aws_vpc.this.id
  peer_region = var.region
  auto_accept = false

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_vpc_peering_connection_accepter" "this" {
  vpc_peering_connection_id = aws_vpc_peering_connection.this.id
  auto_accept               = true

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_route" "to_landing" {
  for_each = var.services_network.route_table_ids
  provider = aws.home

  route_table_id            = each.value
  destination_cidr_block    = var.cidr
  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.this.vpc_peering_connection_id
}

resource "aws_route" "to_services" {
  for_each = var.services_network.cidrs

  route_table_id            = aws_route_table.this.id
  destination_cidr_block    = each.value
  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.this.vpc_peering_connection_id
}

# Answers come back by the rule that the network ACLs of module network have for them.
resource "aws_network_acl_rule" "to_landing" {
  for_each = var.services_network.network_acl_ids
  provider = aws.home

  network_acl_id = each.value
  rule_number    = var.network_acl_rule_number
  egress         = true
  protocol       = "tcp"
  rule_action    = "allow"
  from_port      = 1024
  to_port        = 65535
  cidr_block     = var.cidr
}
