output "vpc_id" {
  description = "VPC of the environment."
  value       = aws_vpc.this.id
}

output "vpc_cidr" {
  description = "Addresses of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "public_subnet_ids" {
  description = "Subnets of the load balancer and NAT, one per zone."
  value       = local.subnet_ids.public
}

output "private_subnet_ids" {
  description = "Subnets with a way out through NAT, one per zone: gateway-integration alone."
  value       = local.subnet_ids.private
}

output "isolated_subnet_ids" {
  description = "Subnets without a way out, one per zone: everything else."
  value       = local.subnet_ids.isolated
}

output "layer_cidrs" {
  description = "Address range of each layer: public, private, isolated."
  value       = local.layer_cidrs
}

output "availability_zones" {
  description = "Zones in use, in the order of the subnets."
  value       = local.zones
}

output "nat_public_ips" {
  description = "Addresses from which gateways see us."
  value       = [for zone in sort(local.nat_zones) : aws_eip.nat[zone].public_ip]
}

output "endpoint_security_group_id" {
  description = "Group of the interface endpoints, to which tasks connect at 443."
  value       = aws_security_group.endpoints.id
}

output "s3_prefix_list_id" {
  description = "Addresses of S3 in this region, for rules of security groups."
  value       = aws_vpc_endpoint.s3.prefix_list_id
}

output "services_network" {
  description = "Address ranges, route tables and network ACLs of the layers where services run: what a peered VPC must know."
  value = {
    cidrs           = { for layer in ["private", "isolated"] : layer => local.layer_cidrs[layer] }
    network_acl_ids = { for layer in ["private", "isolated"] : layer => local.network_acl_ids[layer] }
    route_table_ids = merge(
      { for zone, table in aws_route_table.private : "private-${zone}" => table.id },
      { isolated = aws_route_table.isolated.id },
    )
  }
}
