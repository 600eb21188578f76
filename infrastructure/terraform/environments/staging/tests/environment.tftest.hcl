# The whole environment, planned and applied with mocked providers: its values, and what its services are told. What the
# resources are like is asserted by tests/infrastructure/environments from the state that this run leaves.

mock_provider "aws" {
  source = "../mocks/home"
}

mock_provider "aws" {
  alias  = "replica"
  source = "../mocks/replica"
}

mock_provider "aws" {
  alias  = "global"
  source = "../mocks/global"
}

# Topics are told apart by their ARNs, which the mocked provider makes alike.
override_resource {
  target = module.stack.module.observability.aws_sns_topic.alarms["critical"]
  values = { arn = "arn:aws:sns:eu-west-1:123456789012:critical" }
}

override_resource {
  target = module.stack.module.observability.aws_sns_topic.alarms["warning"]
  values = { arn = "arn:aws:sns:eu-west-1:123456789012:warning" }
}

run "planned_and_applied" {
  command = apply

  assert {
    condition = jsonencode(var.services) == jsonencode({
      api                  = { cpu = 1024, memory = 2048, count_min = 3, count_max = 10 }
      request-manager      = { cpu = 2048, memory = 4096, count_min = 2, count_max = 8 }
      gateway-integration  = { cpu = 1024, memory = 2048, count_min = 2, count_max = 6 }
      parameter-resolution = { cpu = 512, memory = 1024, count_min = 2, count_max = 4 }
      reporting-engine     = { cpu = 2048, memory = 4096, count_min = 1, count_max = 3 }
    })
    error_message = "The services must have these sizes and counts."
  }
  assert {
    condition     = var.nat_gateways == "per_az" && var.interface_endpoint_az_count == 3 && var.failover == false
    error_message = "Ways out, VPC endpoints and failover must be these."
  }
  assert {
    condition     = var.use_spot == true
    error_message = "Spot runs outside of production, and never in it."
  }
  assert {
    condition     = var.object_lock == false && var.vault_lock == false && var.deletion_protection == false
    error_message = "What protects archives and backups from deletion must be this."
  }
  assert {
    condition     = var.mfa == "ON" && var.log_retention_days == 365 && var.log_level == "info"
    error_message = "Second factor and logs must be these."
  }
  assert {
    condition     = output.url == "https://refunds.staging.brik.example.com"
    error_message = "The product must be reached at its domain."
  }
  assert {
    condition     = toset(keys(output.service_environment)) == toset(keys(var.services))
    error_message = "Each service must be told its settings."
  }
  assert {
    condition     = alltrue([for each in output.service_environment : each.REFUNDS_HOST == "0.0.0.0" && each.REFUNDS_PORT == "8080" && each.REFUNDS_AWS_REGION == "eu-west-1" && each.REFUNDS_LOG_LEVEL == "info"])
    error_message = "Each service must listen on 8080 and know its region."
  }
  assert {
    condition     = alltrue([for service in ["api", "request-manager", "gateway-integration"] : output.service_environment[service].REFUNDS_HINTS == "sqs"])
    error_message = "Hints go through SQS."
  }
  assert {
    condition     = output.service_environment["reporting-engine"].REFUNDS_EVENT_BUS_NAME == output.event_bus_name && output.service_environment["reporting-engine"].REFUNDS_ANCHOR_BUCKET == output.bucket_names["audit"]
    error_message = "The reporting engine must know the bus and the archive."
  }
  assert {
    condition     = alltrue([for kind in ["public", "private", "isolated"] : length(output.subnet_ids[kind]) == 3])
    error_message = "Three Availability Zones."
  }
}
