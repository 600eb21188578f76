# How new versions come in: blue/green behind the load balancer, rolling without one.

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

run "service_with_a_door_is_deployed_blue_green" {
  assert {
    condition     = length(aws_ecs_service.blue_green) == 1 && length(aws_ecs_service.rolling) == 0 && aws_ecs_service.blue_green[0].deployment_controller[0].type == "CODE_DEPLOY"
    error_message = "CodeDeploy must own the deployments."
  }
  assert {
    condition     = output.target_group_names == { blue = "brik-refunds-prod-api-blue", green = "brik-refunds-prod-api-green" }
    error_message = "There must be a group of each colour."
  }
  assert {
    condition     = alltrue([for group in aws_lb_target_group.this : group.target_type == "ip" && group.port == 8080 && group.health_check[0].path == "/health/live"])
    error_message = "Tasks are asked on 8080 whether they live: one that misses its database is not replaced."
  }
  assert {
    condition     = aws_codedeploy_deployment_group.this[0].deployment_config_name == "CodeDeployDefault.ECSCanary10Percent5Minutes"
    error_message = "A canary of a tenth for five minutes."
  }
  assert {
    condition     = toset(aws_codedeploy_deployment_group.this[0].auto_rollback_configuration[0].events) == toset(["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"])
    error_message = "A failed deployment must go back by itself."
  }
  assert {
    condition = aws_codedeploy_deployment_group.this[0].alarm_configuration[0].enabled && toset(aws_codedeploy_deployment_group.this[0].alarm_configuration[0].alarms) == toset(flatten([
      "brik-refunds-prod-api-memory",
      [for colour in ["blue", "green"] : [for what in ["errors", "latency", "unhealthy"] : "brik-refunds-prod-api-${what}-${colour}"]],
    ]))
    error_message = "Errors, latency, failed health checks and memory must roll a deployment back."
  }
  assert {
    condition     = aws_lb_listener_rule.production[0].priority == 900 && aws_lb_listener_rule.test[0].priority == 900
    error_message = "Both listeners need the rule."
  }
  assert {
    condition     = jsondecode(output.deployment.app_spec).Resources[0].TargetService.Properties.TaskDefinition == output.task_definition_arn
    error_message = "The pipeline must be told the new task definition."
  }
}

run "failed_deployments_of_codedeploy_are_told" {
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.failed_deployments.event_pattern) == {
      source      = ["aws.codedeploy"]
      detail-type = ["CodeDeploy Deployment State-change Notification"]
      detail      = { application = [aws_codedeploy_app.this[0].name], state = ["FAILURE", "STOP"] }
    }
    error_message = "A deployment of this application that failed or was stopped is told."
  }
  assert {
    condition     = aws_cloudwatch_event_target.failed_deployments.arn == var.alarm_topic_arn && aws_cloudwatch_event_target.out_of_memory.arn == var.alarm_topic_arn
    error_message = "Somebody must hear of it."
  }
}

run "killed_for_its_memory_is_told" {
  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.out_of_memory.event_pattern).detail.group == ["service:${aws_ecs_service.blue_green[0].name}"] && jsondecode(aws_cloudwatch_event_rule.out_of_memory.event_pattern).detail.clusterArn == [var.cluster_arn]
    error_message = "Only tasks of this service, in this cluster."
  }
  assert {
    condition     = toset(flatten([for each in jsondecode(aws_cloudwatch_event_rule.out_of_memory.event_pattern).detail["$or"] : keys(each)])) == toset(["containers", "stoppedReason"])
    error_message = "ECS says it of the task or of one of its containers."
  }
}

run "codedeploy_may_touch_this_service_only" {
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.deployment[0].policy).Statement :
      !contains(statement.Resource, "*") || alltrue([for action in statement.Action : startswith(action, "elasticloadbalancing:Describe")])
    ])
    error_message = "Only looking at the load balancer may be allowed on everything."
  }
}

run "errors_above_one_percent_are_an_alarm" {
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.errors : alarm.threshold == 1 && alarm.comparison_operator == "GreaterThanThreshold"])
    error_message = "More than one percent of 5xx is an alarm, on either colour."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.errors : toset(alarm.alarm_actions) == toset([var.alarm_topic_arn])])
    error_message = "Somebody must be told."
  }
}

run "tasks_are_private_and_spread" {
  assert {
    condition     = toset(aws_ecs_service.blue_green[0].network_configuration[0].subnets) == toset(["subnet-a", "subnet-b", "subnet-c"]) && !aws_ecs_service.blue_green[0].network_configuration[0].assign_public_ip
    error_message = "Tasks run in every zone, without public addresses."
  }
  assert {
    condition     = !aws_ecs_service.blue_green[0].enable_execute_command
    error_message = "Nobody may open a shell in a task."
  }
  assert {
    condition     = [for strategy in aws_ecs_service.blue_green[0].capacity_provider_strategy : strategy.capacity_provider] == ["FARGATE"]
    error_message = "No Spot unless asked for."
  }
}

run "spot_keeps_one_task_on_steady_capacity" {
  variables {
    use_spot = true
  }
  assert {
    condition     = { for strategy in aws_ecs_service.blue_green[0].capacity_provider_strategy : strategy.capacity_provider => strategy.base } == { FARGATE = 1, FARGATE_SPOT = 0 }
    error_message = "The first task must not be on Spot."
  }
  assert {
    condition     = { for share in jsondecode(output.deployment.app_spec).Resources[0].TargetService.Properties.CapacityProviderStrategy : share.CapacityProvider => share.Weight } == { FARGATE = 1, FARGATE_SPOT = 4 }
    error_message = "CodeDeploy must be told the same capacity, or it takes it away."
  }
}

run "one_subnet_is_refused" {
  command = plan
  variables {
    subnet_ids = ["subnet-a"]
  }
  expect_failures = [var.subnet_ids]
}

run "service_without_a_door_is_rolled_out_by_ecs" {
  variables {
    service       = "request-manager"
    load_balancer = null
    cpu           = 2048
    memory        = 4096
    count_min     = 2
    count_max     = 8
    scaling       = { metric = "queue_depth", scale_out_above = 1000, scale_in_below = 100, queue_name = "brik-refunds-prod-review" }
  }
  assert {
    condition     = length(aws_ecs_service.rolling) == 1 && length(aws_ecs_service.blue_green) == 0 && length(aws_codedeploy_app.this) == 0 && length(aws_lb_target_group.this) == 0
    error_message = "Without a load balancer there is nothing to shift."
  }
  assert {
    condition     = aws_ecs_service.rolling[0].deployment_circuit_breaker[0].enable && aws_ecs_service.rolling[0].deployment_circuit_breaker[0].rollback
    error_message = "A version that does not start must go back by itself."
  }
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.failed_deployments.event_pattern) == {
      source      = ["aws.ecs"]
      detail-type = ["ECS Deployment State Change"]
      resources   = ["arn:aws:ecs:eu-west-1:123456789012:service/brik-refunds-prod/${aws_ecs_service.rolling[0].name}"]
      detail      = { eventName = ["SERVICE_DEPLOYMENT_FAILED"] }
    }
    error_message = "A deployment that the circuit breaker stopped is told."
  }
  assert {
    condition     = aws_ecs_service.rolling[0].alarms[0].rollback && toset(aws_ecs_service.rolling[0].alarms[0].alarm_names) == toset(["brik-refunds-prod-request-manager-memory", "brik-refunds-prod-request-manager-queue-age"])
    error_message = "A version that falls behind must go back by itself."
  }
  assert {
    condition     = aws_ecs_service.rolling[0].deployment_minimum_healthy_percent == 100 && aws_ecs_service.rolling[0].availability_zone_rebalancing == "ENABLED"
    error_message = "No capacity is given up, and the zones stay balanced."
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.load_balancer) == 0 && length(aws_vpc_security_group_ingress_rule.connections_in) == 0
    error_message = "Nobody may open a connection to it."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.queue_age[0].dimensions["QueueName"] == "brik-refunds-prod-review"
    error_message = "A queue that is not worked off is an alarm."
  }
  assert {
    condition     = output.deployment == null && output.target_group_names == {}
    error_message = "There is nothing for CodeDeploy to do."
  }
}
