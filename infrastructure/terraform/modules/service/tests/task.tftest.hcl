# The task as it runs: what it may touch on its machine, on AWS and in the network.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/brik-refunds-prod/mock" }
  }
  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/mock:1" }
  }
  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/mock/1", arn_suffix = "targetgroup/mock/1" }
  }
  mock_resource "aws_lb_listener_rule" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/mock/1/2/3" }
  }
  mock_resource "aws_appautoscaling_policy" {
    defaults = { arn = "arn:aws:autoscaling:eu-west-1:123456789012:scalingPolicy:1:mock" }
  }
  mock_resource "aws_service_discovery_service" {
    defaults = { arn = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1" }
  }
}

variables {
  name                     = "brik-refunds-prod"
  tags                     = { Environment = "prod" }
  service                  = "api"
  cluster_arn              = "arn:aws:ecs:eu-west-1:123456789012:cluster/brik-refunds-prod"
  cluster_name             = "brik-refunds-prod"
  namespace_id             = "ns-1"
  vpc_id                   = "vpc-1"
  subnet_ids               = ["subnet-a", "subnet-b", "subnet-c"]
  image                    = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/brik-refunds/api:1.0.0"
  cpu                      = 1024
  memory                   = 2048
  count_min                = 3
  count_max                = 10
  scaling                  = { metric = "cpu", scale_out_above = 70, scale_in_below = 30 }
  environment              = { REFUNDS_HINTS = "sqs" }
  secret_arn               = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:brik-refunds-prod/api-AbCdEf"
  secrets_key_arn          = "arn:aws:kms:eu-west-1:123456789012:key/secrets"
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
  alarm_topic_arn          = "arn:aws:sns:eu-west-1:123456789012:critical"
  logs_key_arn             = "arn:aws:kms:eu-west-1:123456789012:key/logs"

  policy_statements = [{
    sid       = "TellNext"
    actions   = ["sqs:SendMessage"]
    resources = ["arn:aws:sqs:eu-west-1:123456789012:brik-refunds-prod-review"]
  }]

  connections_out = [
    { port = 6379, security_group_id = "sg-cache", description = "Cache" },
    { port = 443, security_group_id = "sg-endpoints", description = "AWS" },
    { port = 1024, port_to = 65535, security_group_id = "sg-atlas", description = "Database" },
    { port = 443, prefix_list_id = "pl-s3", far_end = false, description = "S3" },
  ]

  load_balancer = {
    listener_arn          = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/brik/1/production"
    test_listener_arn     = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/brik/1/test"
    path_patterns         = ["/*"]
    priority              = 900
    alb_security_group_id = "sg-load-balancer"
    alb_arn_suffix        = "app/brik/1"
  }
}

run "task_has_the_size_it_was_given" {
  assert {
    condition     = aws_ecs_task_definition.this.cpu == "1024" && aws_ecs_task_definition.this.memory == "2048"
    error_message = "The api has 1 vCPU and 2 GB."
  }
  assert {
    condition     = aws_ecs_task_definition.this.network_mode == "awsvpc" && contains(aws_ecs_task_definition.this.requires_compatibilities, "FARGATE")
    error_message = "Tasks run on Fargate."
  }
}

run "container_is_locked_down" {
  assert {
    condition     = local.product_container.readonlyRootFilesystem && !local.product_container.privileged
    error_message = "The root file system must be read-only and the container unprivileged."
  }
  assert {
    condition     = local.product_container.user == "65532:65532"
    error_message = "The container must not run as root."
  }
  assert {
    condition     = contains(local.product_container.linuxParameters.capabilities.drop, "ALL") && length(local.product_container.linuxParameters.capabilities.add) == 0
    error_message = "All capabilities must be dropped."
  }
  assert {
    condition     = local.product_container.linuxParameters.initProcessEnabled
    error_message = "An init process must reap children and pass signals on."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck.command[0] == "CMD"
    error_message = "The health check must not need a shell."
  }
  assert {
    condition     = length(jsondecode(aws_ecs_task_definition.this.container_definitions)) == 1
    error_message = "Without traces there is no second container."
  }
}

run "secrets_stay_out_of_the_environment" {
  assert {
    condition     = !can(local.product_container.secrets)
    error_message = "Secrets must not be put into the environment by ECS."
  }
  assert {
    condition     = output.environment["REFUNDS_SECRET_ID"] == var.secret_arn && output.environment["REFUNDS_PORT"] == "8080" && output.environment["REFUNDS_HINTS"] == "sqs"
    error_message = "The program is told where its secret is and its other settings."
  }
  assert {
    condition     = { for pair in jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment : pair.name => pair.value } == output.environment
    error_message = "Output environment must be what the task definition carries."
  }
}

run "environment_with_a_secret_is_refused" {
  command = plan
  variables {
    environment = { REFUNDS_MONGODB_URI = "mongodb://somebody:something@somewhere" }
  }
  expect_failures = [var.environment]
}

run "logs_are_encrypted_and_kept" {
  assert {
    condition     = aws_cloudwatch_log_group.this.kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.this.retention_in_days == 365
    error_message = "Logs must be encrypted and kept for a stated time."
  }
  assert {
    condition     = local.product_container.logConfiguration.logDriver == "awslogs" && local.product_container.logConfiguration.options.awslogs-group == output.log_group_name
    error_message = "The task must write to its own log group."
  }
}

run "program_may_read_its_secret_and_what_it_is_given_only" {
  assert {
    condition = toset(flatten(jsondecode(output.task_policy).Statement[*].Action)) == toset([
      "secretsmanager:GetSecretValue", "kms:Decrypt", "sqs:SendMessage",
    ])
    error_message = "The task's role may do more or less than it is given."
  }
  assert {
    condition     = !contains(flatten(jsondecode(output.task_policy).Statement[*].Resource), "*")
    error_message = "The task's role must name its resources."
  }
  assert {
    condition     = alltrue([for role in [aws_iam_role.task, aws_iam_role.execution, aws_iam_role.deployment[0]] : role.permissions_boundary == var.permissions_boundary_arn])
    error_message = "Every role must be bounded."
  }
  assert {
    condition     = alltrue([for role in [aws_iam_role.task, aws_iam_role.execution] : strcontains(role.assume_role_policy, "\"aws:SourceAccount\":\"123456789012\"")])
    error_message = "Only tasks of this account may take the roles."
  }
}

run "right_holds_under_its_condition_only" {
  command = plan
  variables {
    policy_statements = [{
      sid       = "Find"
      actions   = ["s3:ListBucketVersions"]
      resources = ["arn:aws:s3:::brik-refunds-prod-audit"]
      condition = { StringLike = { "s3:prefix" = ["anchors/*"] } }
    }]
  }
  assert {
    condition     = [for each in local.given_statements : each.Condition.StringLike["s3:prefix"]] == [tolist(["anchors/*"])]
    error_message = "The condition must stand in the policy."
  }
}

run "ecs_may_fetch_one_image_and_write_one_log" {
  assert {
    condition = toset(flatten(jsondecode(aws_iam_role_policy.execution.policy).Statement[*].Action)) == toset([
      "logs:CreateLogStream", "logs:PutLogEvents", "ecr:GetAuthorizationToken",
      "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
    ])
    error_message = "The execution role may do more or less than start a task."
  }
  assert {
    condition     = contains(flatten(jsondecode(aws_iam_role_policy.execution.policy).Statement[*].Resource), "arn:aws:ecr:eu-west-1:123456789012:repository/brik-refunds/api")
    error_message = "The execution role must name the repository."
  }
}

run "wildcard_rights_are_refused" {
  command = plan
  variables {
    policy_statements = [{ sid = "All", actions = ["sqs:*"], resources = ["*"] }]
  }
  expect_failures = [var.policy_statements]
}

run "memory_that_fargate_has_not_with_this_cpu_is_refused" {
  command = plan
  variables {
    cpu    = 2048
    memory = 2048
  }
  expect_failures = [aws_ecs_task_definition.this]
}

run "latest_is_refused" {
  command = plan
  variables {
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/brik-refunds/api:latest"
  }
  expect_failures = [var.image]
}

run "connections_are_the_arrows_and_no_more" {
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.connections_in) == 0 && aws_vpc_security_group_ingress_rule.load_balancer[0].referenced_security_group_id == "sg-load-balancer"
    error_message = "Only the load balancer may come in."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.load_balancer[0].from_port == 8080 && aws_vpc_security_group_ingress_rule.load_balancer[0].to_port == 8080
    error_message = "Only port 8080 may be reached."
  }
  assert {
    condition     = aws_vpc_security_group_egress_rule.load_balancer[0].security_group_id == "sg-load-balancer" && aws_vpc_security_group_egress_rule.load_balancer[0].referenced_security_group_id == aws_security_group.this.id
    error_message = "The load balancer must be let out to the service."
  }
  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.connections_out)) == toset(["Cache", "AWS", "Database", "S3"])
    error_message = "One rule for each connection."
  }
  assert {
    condition     = aws_vpc_security_group_egress_rule.connections_out["Database"].from_port == 1024 && aws_vpc_security_group_egress_rule.connections_out["Database"].to_port == 65535
    error_message = "A connection may have a range of ports."
  }
  assert {
    condition     = toset(keys(aws_vpc_security_group_ingress_rule.far_ends)) == toset(["Cache", "AWS", "Database"])
    error_message = "The far end of a connection to a group must let the service in; a prefix list has no far end."
  }
}

run "connection_without_an_end_is_refused" {
  command = plan
  variables {
    connections_out = [{ port = 443, description = "Anywhere" }]
  }
  expect_failures = [var.connections_out]
}

run "traces_go_through_a_collector_where_one_is_asked_for" {
  variables {
    trace_collector_image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/trace-collector:0.43.0"
  }
  assert {
    condition     = [for container in jsondecode(aws_ecs_task_definition.this.container_definitions) : container.name] == ["api", "trace-collector"]
    error_message = "The collector runs beside the program."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[1].essential == false
    error_message = "A collector that dies must not take the program with it."
  }
  assert {
    condition     = contains(flatten(jsondecode(output.task_policy).Statement[*].Action), "xray:PutTraceSegments")
    error_message = "The collector needs X-Ray."
  }
  assert {
    condition     = output.environment["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://127.0.0.1:4318"
    error_message = "The program sends its traces on loopback."
  }
}

run "everything_is_named_and_tagged" {
  assert {
    condition     = aws_ecs_task_definition.this.tags == tomap({ Environment = "prod", Name = "brik-refunds-prod-api" })
    error_message = "Tags must be those given and the name."
  }
  assert {
    condition     = output.dns_name == "api.brik-refunds-prod.internal"
    error_message = "The service is registered under its name."
  }
}
