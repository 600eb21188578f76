# A landing is reached from the services' layers by the services' groups, and from nowhere else.

mock_provider "aws" {}

mock_provider "aws" {
  alias = "home"
}

variables {
  name                       = "brik-refunds-prod-database-eu-central-1"
  tags                       = { Environment = "prod" }
  region                     = "eu-central-1"
  cidr                       = "10.250.0.0/24"
  endpoint_service_name      = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0"
  home_vpc_id                = "vpc-home"
  service_security_group_ids = { api = "sg-api", reporting-engine = "sg-reporting" }
  network_acl_rule_number    = 300

  services_network = {
    cidrs           = { private = "10.40.64.0/18", isolated = "10.40.128.0/18" }
    route_table_ids = { private-a = "rtb-a", isolated = "rtb-i" }
    network_acl_ids = { private = "acl-p", isolated = "acl-i" }
  }
}

run "services_reach_the_endpoint_and_answers_come_back" {
  assert {
    condition     = toset([for route in aws_route.to_landing : "${route.route_table_id} ${route.destination_cidr_block}"]) == toset(["rtb-a 10.250.0.0/24", "rtb-i 10.250.0.0/24"])
    error_message = "Each route table of the services must lead to the landing."
  }

  assert {
    condition     = toset([for route in aws_route.to_services : route.destination_cidr_block]) == toset(values(var.services_network.cidrs))
    error_message = "The landing must lead back to the services' layers, and only there."
  }

  assert {
    condition     = aws_vpc_peering_connection.this.peer_region == "eu-central-1" && aws_vpc_peering_connection_accepter.this.auto_accept
    error_message = "The peering must lead to the landing's region and be accepted there."
  }

  assert {
    condition     = toset([for rule in aws_network_acl_rule.to_landing : "${rule.network_acl_id} ${rule.cidr_block} ${rule.from_port}-${rule.to_port}"]) == toset(["acl-p 10.250.0.0/24 1024-65535", "acl-i 10.250.0.0/24 1024-65535"])
    error_message = "The network ACLs of the services must let them out to the landing."
  }

  assert {
    condition     = length(aws_vpc_endpoint.database.subnet_ids) == 3 && toset([for subnet in aws_subnet.this : subnet.availability_zone]) == toset(["eu-central-1a", "eu-central-1b", "eu-central-1c"])
    error_message = "The endpoint must stand in three zones."
  }
}

run "nobody_else_is_let_in_or_out" {
  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.services : rule.cidr_ipv4]) == toset(values(var.services_network.cidrs))
    error_message = "The endpoint may be open to the services' layers alone."
  }

  assert {
    condition     = { for service, rule in aws_vpc_security_group_egress_rule.service : service => "${rule.security_group_id} ${rule.cidr_ipv4}" } == { api = "sg-api 10.250.0.0/24", reporting-engine = "sg-reporting 10.250.0.0/24" }
    error_message = "Only the services' groups may be let out, and only to the landing."
  }

  assert {
    condition     = length(aws_default_security_group.closed.ingress) + length(aws_default_security_group.closed.egress) == 0
    error_message = "The default group must let nobody in or out."
  }
}

run "addresses_of_another_size_are_refused" {
  command = plan

  variables {
    cidr = "10.250.0.0/16"
  }

  expect_failures = [var.cidr]
}
