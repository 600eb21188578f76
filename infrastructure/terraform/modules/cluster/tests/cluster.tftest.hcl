# The cluster with mocked providers: where tasks may run, what is logged, how services are found.

mock_provider "aws" {
  mock_resource "aws_ecs_cluster" {
    defaults = { arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/brik-refunds-prod" }
  }
}

variables {
  name         = "brik-refunds-prod"
  tags         = { Environment = "prod" }
  vpc_id       = "vpc-1"
  logs_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/logs"
}

run "production_runs_on_fargate_alone" {
  assert {
    condition     = aws_ecs_cluster_capacity_providers.this.capacity_providers == toset(["FARGATE"])
    error_message = "Spot must not be there unless it is asked for."
  }
}

run "spot_is_there_when_asked_for" {
  variables {
    tags     = { Environment = "staging" }
    use_spot = true
  }
  assert {
    condition     = aws_ecs_cluster_capacity_providers.this.capacity_providers == toset(["FARGATE", "FARGATE_SPOT"])
    error_message = "Spot must be there."
  }
}

run "production_is_refused_spot" {
  command = plan
  variables {
    use_spot = true
  }
  expect_failures = [aws_ecs_cluster_capacity_providers.this]
}

run "container_insights_are_on" {
  assert {
    condition     = one(aws_ecs_cluster.this.setting).name == "containerInsights" && one(aws_ecs_cluster.this.setting).value == "enabled"
    error_message = "The alarms on running tasks need Container Insights."
  }
}

run "sessions_are_encrypted_and_logged" {
  assert {
    condition     = aws_ecs_cluster.this.configuration[0].execute_command_configuration[0].logging == "OVERRIDE" && aws_ecs_cluster.this.configuration[0].execute_command_configuration[0].kms_key_id == var.logs_key_arn
    error_message = "Sessions must be logged by our own settings, encrypted by our own key."
  }
  assert {
    condition     = aws_ecs_cluster.this.configuration[0].execute_command_configuration[0].log_configuration[0].cloud_watch_encryption_enabled && aws_ecs_cluster.this.configuration[0].execute_command_configuration[0].log_configuration[0].cloud_watch_log_group_name == output.session_log_group_name
    error_message = "Sessions must go to the encrypted log group."
  }
}

run "logs_are_encrypted_and_kept" {
  assert {
    condition     = alltrue([for group in [aws_cloudwatch_log_group.sessions, aws_cloudwatch_log_group.insights] : group.kms_key_id == var.logs_key_arn && group.retention_in_days == 365])
    error_message = "Logs must be encrypted and kept for a stated time."
  }
}

run "services_are_found_inside_the_vpc" {
  assert {
    condition     = output.namespace_name == "brik-refunds-prod.internal" && aws_service_discovery_private_dns_namespace.this.vpc == "vpc-1"
    error_message = "The namespace belongs to the VPC."
  }
}

run "odd_retention_is_refused" {
  command = plan
  variables {
    log_retention_days = 42
  }
  expect_failures = [var.log_retention_days]
}
