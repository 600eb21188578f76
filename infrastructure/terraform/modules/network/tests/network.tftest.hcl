# The network with a mocked provider: zones, layers, ways out, fences, doors, flow logs.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:flows" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/flows" }
  }
}

variables {
  name            = "brik-refunds-prod"
  tags            = { Environment = "prod" }
  cidr            = "10.20.0.0/16"
  logs_key_arn    = "arn:aws:kms:eu-west-1:123456789012:key/logs"
  alarm_topic_arn = "arn:aws:sns:eu-west-1:123456789012:critical"
}

run "three_zones_carry_three_layers" {
  assert {
    condition     = output.availability_zones == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    error_message = "Subnets must stand in three zones."
  }
  assert {
    condition     = length(output.public_subnet_ids) == 3 && length(output.private_subnet_ids) == 3 && length(output.isolated_subnet_ids) == 3
    error_message = "Each layer needs a subnet in each zone."
  }
  assert {
    condition     = length(distinct([for subnet in concat(values(aws_subnet.public), values(aws_subnet.private), values(aws_subnet.isolated)) : subnet.cidr_block])) == 9
    error_message = "No two subnets may share addresses."
  }
  assert {
    condition     = output.layer_cidrs == { public = "10.20.0.0/18", private = "10.20.64.0/18", isolated = "10.20.128.0/18" }
    error_message = "Each layer is a quarter of the VPC."
  }
  assert {
    condition     = aws_subnet.isolated["eu-west-1c"].cidr_block == "10.20.160.0/20"
    error_message = "The third isolated subnet has the third part of its quarter."
  }
  assert {
    condition     = alltrue([for subnet in concat(values(aws_subnet.public), values(aws_subnet.private), values(aws_subnet.isolated)) : !subnet.map_public_ip_on_launch])
    error_message = "No task may get a public address by itself."
  }
}

run "each_zone_has_its_own_way_out" {
  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(output.nat_public_ips) == 3
    error_message = "The loss of one zone must not close the way out of another."
  }
  assert {
    condition     = alltrue([for zone, route in aws_route.nat : route.nat_gateway_id == aws_nat_gateway.this[zone].id && route.destination_cidr_block == "0.0.0.0/0"])
    error_message = "A private subnet goes out through the NAT gateway of its zone."
  }
  assert {
    condition     = alltrue([for zone, gateway in aws_nat_gateway.this : gateway.subnet_id == aws_subnet.public[zone].id])
    error_message = "NAT gateways stand in public subnets."
  }
}

run "each_way_out_is_watched" {
  assert {
    condition     = alltrue([for alarms in [aws_cloudwatch_metric_alarm.nat_ports, aws_cloudwatch_metric_alarm.nat_drops] : { for zone, alarm in alarms : zone => alarm.dimensions["NatGatewayId"] } == { for zone, gateway in aws_nat_gateway.this : zone => gateway.id }])
    error_message = "Ports and drops of each NAT gateway are watched."
  }
  assert {
    condition     = alltrue([for alarm in values(aws_cloudwatch_metric_alarm.nat_ports) : alarm.metric_name == "ErrorPortAllocation" && alarm.statistic == "Sum" && alarm.threshold == 0])
    error_message = "One connection without a port is enough."
  }
  assert {
    condition     = alltrue([for alarm in values(aws_cloudwatch_metric_alarm.nat_drops) : alarm.metric_name == "PacketsDropCount" && alarm.statistic == "Sum" && alarm.threshold == 100])
    error_message = "Drops above the bound are an alarm."
  }
  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.nat_ports), values(aws_cloudwatch_metric_alarm.nat_drops)) : alarm.alarm_actions == toset([var.alarm_topic_arn]) && alarm.treat_missing_data == "notBreaching"])
    error_message = "Somebody is told, and of real trouble only."
  }
}

run "one_way_out_serves_all_zones_when_cheap" {
  variables {
    nat_gateways = "one"
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_eip.nat) == 1
    error_message = "One NAT gateway was asked for."
  }
  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.nat_ports) == ["eu-west-1a"] && keys(aws_cloudwatch_metric_alarm.nat_drops) == ["eu-west-1a"]
    error_message = "Only the gateway that stands is watched."
  }
  assert {
    condition     = length(aws_route.nat) == 3 && alltrue([for route in aws_route.nat : route.nat_gateway_id == aws_nat_gateway.this["eu-west-1a"].id])
    error_message = "All private subnets go out through it."
  }
}

run "isolated_subnets_have_no_way_out" {
  assert {
    condition     = alltrue([for route in concat([aws_route.internet], values(aws_route.nat)) : route.route_table_id != aws_route_table.isolated.id])
    error_message = "No route may lead out of the isolated subnets."
  }
  assert {
    condition     = alltrue([for link in aws_route_table_association.isolated : link.route_table_id == aws_route_table.isolated.id]) && length(aws_route_table_association.isolated) == 3
    error_message = "Isolated subnets use the table without a way out."
  }
  assert {
    condition     = length(aws_default_security_group.this.ingress) == 0 && length(aws_default_security_group.this.egress) == 0
    error_message = "The default security group must be closed."
  }
}

run "fences_repeat_the_arrows_between_layers" {
  assert {
    condition = alltrue([for rule in aws_network_acl_rule.this :
      rule.protocol == "tcp" && (rule.from_port == 443 || rule.from_port == 8080 || rule.from_port == 1024)
    ])
    error_message = "Fences open TLS, the service port and the ports of answers, nothing else."
  }
  assert {
    condition = alltrue([for rule in aws_network_acl_rule.this :
      rule.cidr_block == "10.20.0.0/18" if rule.from_port == 8080 && !rule.egress && rule.rule_action == "allow"
    ])
    error_message = "The service port is open to the load balancer's layer only."
  }
  assert {
    condition = alltrue([for layer in ["private", "isolated"] : [
      for key, rule in aws_network_acl_rule.this : "${rule.rule_action} ${rule.cidr_block}"
      if startswith(key, "${layer}-") && !rule.egress && rule.from_port <= 8080 && rule.to_port >= 8080
    ] == ["allow 10.20.0.0/18", "deny 0.0.0.0/0", "allow 0.0.0.0/0"]])
    error_message = "The service port is shut to everybody else before the ports of answers are opened."
  }
  assert {
    condition     = [for rule in aws_network_acl_rule.this : rule.from_port if rule.rule_action == "deny"] == [8080, 8080]
    error_message = "Nothing else is shut: what no rule opens is closed."
  }
  assert {
    condition = [for key, rule in aws_network_acl_rule.this :
      key if !rule.egress && rule.cidr_block == "0.0.0.0/0" && rule.from_port < 1024
    ] == ["public-01"]
    error_message = "Only public subnets take questions from everywhere, at 443."
  }
  assert {
    condition     = length(aws_network_acl.public.subnet_ids) > 0 && length(aws_network_acl.private.subnet_ids) > 0 && length(aws_network_acl.isolated.subnet_ids) > 0
    error_message = "Every layer has its fence."
  }
}

run "services_of_aws_are_reached_inside" {
  assert {
    condition     = toset(keys(aws_vpc_endpoint.interface)) == toset(["cognito-idp", "ecr.api", "ecr.dkr", "elasticache", "events", "kms", "logs", "secretsmanager", "sqs", "xray"])
    error_message = "What isolated tasks need must be reachable."
  }
  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled && endpoint.vpc_endpoint_type == "Interface" && length(endpoint.security_group_ids) == 1])
    error_message = "Interface endpoints answer by the service's own name, behind their security group."
  }
  assert {
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway" && aws_vpc_endpoint.s3.service_name == "com.amazonaws.eu-west-1.s3"
    error_message = "S3 is reached through its gateway endpoint."
  }
  assert {
    condition     = { for layer, rule in aws_vpc_security_group_ingress_rule.endpoints : layer => rule.cidr_ipv4 } == { private = "10.20.64.0/18", isolated = "10.20.128.0/18" }
    error_message = "Only the layers of tasks may open the doors."
  }
}

run "doors_serve_own_principals_only" {
  assert {
    condition = alltrue([for service, endpoint in aws_vpc_endpoint.interface : alltrue([for statement in jsondecode(endpoint.policy).Statement :
      statement.Condition.StringEquals["aws:PrincipalAccount"] == "123456789012" && !contains(statement.Action, "*") && alltrue([for action in statement.Action : !strcontains(action, "*")])
    ]) if service != "cognito-idp"])
    error_message = "Each door names its calls and serves this account only."
  }
  assert {
    condition     = length(jsondecode(aws_vpc_endpoint.interface["cognito-idp"].policy).Statement) == 1 && jsondecode(aws_vpc_endpoint.interface["cognito-idp"].policy).Statement[0].Resource == "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/*" && jsondecode(aws_vpc_endpoint.interface["cognito-idp"].policy).Statement[0].Condition == { Null = { "aws:PrincipalAccount" = "true" } }
    error_message = "Cognito's door leads to this account's pools, and takes no credentials."
  }
  assert {
    condition     = jsondecode(aws_vpc_endpoint.interface["sqs"].policy).Statement[0].Action == ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage"]
    error_message = "The door to SQS passes what workers call."
  }
  assert {
    condition = alltrue([for statement in jsondecode(aws_vpc_endpoint.s3.policy).Statement :
      statement.Resource == "*" ? statement.Condition.StringEquals["aws:ResourceAccount"] == "123456789012" : statement.Resource == "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*" && statement.Action == ["s3:GetObject"]
    ])
    error_message = "Through S3's door nothing goes into a stranger's bucket."
  }
  assert {
    condition     = length(setsubtract(["s3:GetObjectVersion", "s3:ListBucketVersions", "s3:PutObject"], jsondecode(aws_vpc_endpoint.s3.policy).Statement[0].Action)) == 0
    error_message = "Through S3's door anchors are found, read and written."
  }
}

run "every_flow_is_logged_and_encrypted" {
  assert {
    condition     = aws_flow_log.this.traffic_type == "ALL" && aws_flow_log.this.max_aggregation_interval == 60
    error_message = "Refused and accepted flows are logged each minute."
  }
  assert {
    condition     = aws_cloudwatch_log_group.flows.kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.flows.retention_in_days == 365
    error_message = "Flow logs are encrypted and kept for a year."
  }
  assert {
    condition     = jsondecode(aws_iam_role.flow_logs.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "Only this account's flow logs may use the role."
  }
}

run "endpoints_in_one_zone_when_cheap" {
  command = plan
  variables {
    interface_endpoint_az_count = 1
  }
  assert {
    condition     = aws_vpc_endpoint.interface["sqs"].private_dns_enabled
    error_message = "Cheap endpoints answer by name all the same."
  }
}

run "everything_is_tagged" {
  assert {
    condition     = alltrue([for tags in concat([aws_vpc.this.tags, aws_flow_log.this.tags, aws_vpc_endpoint.s3.tags], [for subnet in aws_subnet.private : subnet.tags]) : tags["Environment"] == "prod" && startswith(tags["Name"], "brik-refunds-prod-")])
    error_message = "Tags say whose it is."
  }
}

run "small_range_is_refused" {
  command = plan
  variables {
    cidr = "10.20.0.0/24"
  }
  expect_failures = [var.cidr]
}

run "range_beginning_in_the_middle_is_refused" {
  command = plan
  variables {
    cidr = "10.20.3.0/16"
  }
  expect_failures = [var.cidr]
}

run "single_zone_is_refused" {
  command = plan
  variables {
    az_count = 1
  }
  expect_failures = [var.az_count]
}

run "unknown_kind_of_nat_is_refused" {
  command = plan
  variables {
    nat_gateways = "none"
  }
  expect_failures = [var.nat_gateways]
}

run "endpoint_without_a_policy_is_refused" {
  command = plan
  variables {
    interface_endpoints = ["sqs", "ec2"]
  }
  expect_failures = [var.interface_endpoints]
}

run "odd_retention_is_refused" {
  command = plan
  variables {
    flow_log_retention_days = 42
  }
  expect_failures = [var.flow_log_retention_days]
}
