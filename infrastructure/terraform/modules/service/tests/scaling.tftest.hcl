# How many tasks run: the thresholds of the seed, in both directions, and why they do not flap.

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

run "api_follows_cpu_70_30_between_3_and_10" {
  assert {
    condition     = aws_appautoscaling_target.this.min_capacity == 3 && aws_appautoscaling_target.this.max_capacity == 10
    error_message = "3 to 10 tasks."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.scale_out.threshold == 70 && aws_cloudwatch_metric_alarm.scale_out.comparison_operator == "GreaterThanThreshold"
    error_message = "Out above 70 percent."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.scale_in.threshold == 30 && aws_cloudwatch_metric_alarm.scale_in.comparison_operator == "LessThanThreshold"
    error_message = "In below 30 percent."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.scale_out.metric_name == "CPUUtilization" && aws_cloudwatch_metric_alarm.scale_out.dimensions["ServiceName"] == "brik-refunds-prod-api"
    error_message = "Its own CPU."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.scale_out.alarm_actions == toset([aws_appautoscaling_policy.out.arn]) && aws_cloudwatch_metric_alarm.scale_in.alarm_actions == toset([aws_appautoscaling_policy.in.arn])
    error_message = "Each alarm must start its own policy."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.scale_in.treat_missing_data == "missing"
    error_message = "Tasks that report nothing must not be taken away."
  }
}

run "scaling_does_not_flap" {
  assert {
    condition     = aws_appautoscaling_policy.in.step_scaling_policy_configuration[0].cooldown > aws_appautoscaling_policy.out.step_scaling_policy_configuration[0].cooldown
    error_message = "Down is slower than up."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.scale_in.evaluation_periods == 15 && aws_cloudwatch_metric_alarm.scale_out.evaluation_periods == 2
    error_message = "Down after fifteen quiet minutes, up after two busy ones."
  }
  assert {
    condition     = [for step in aws_appautoscaling_policy.in.step_scaling_policy_configuration[0].step_adjustment : step.scaling_adjustment] == [-1]
    error_message = "One task fewer at a time."
  }
  assert {
    condition     = toset([for step in aws_appautoscaling_policy.out.step_scaling_policy_configuration[0].step_adjustment : step.scaling_adjustment]) == toset([1, 2])
    error_message = "One task more at a time, two when it is steep."
  }
  # The worst step up: one task becomes three where two are added from 90 percent on. 90 / 3 is not below 30.
  assert {
    condition     = local.steep_above == 20 && (var.scaling.scale_out_above + local.steep_above) / 3 >= var.scaling.scale_in_below
    error_message = "A step up must not end below the lower threshold."
  }
  # The worst step down: two tasks become one.
  assert {
    condition     = var.scaling.scale_in_below * 2 < var.scaling.scale_out_above
    error_message = "A step down must not end above the upper threshold."
  }
}

run "request_manager_follows_its_queue_1000_100_between_2_and_8" {
  variables {
    service       = "request-manager"
    load_balancer = null
    count_min     = 2
    count_max     = 8
    scaling       = { metric = "queue_depth", scale_out_above = 1000, scale_in_below = 100, queue_name = "brik-refunds-prod-review" }
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.scale_out.threshold == 1000 && aws_cloudwatch_metric_alarm.scale_in.threshold == 100
    error_message = "Out above 1000 messages, in below 100."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.scale_out.metric_name == "ApproximateNumberOfMessagesVisible" && aws_cloudwatch_metric_alarm.scale_out.dimensions["QueueName"] == "brik-refunds-prod-review"
    error_message = "The messages that nobody has taken yet."
  }
  # an empty queue does not say that a task is idle
  assert {
    condition     = aws_cloudwatch_metric_alarm.scale_in.evaluation_periods == 90 && aws_cloudwatch_metric_alarm.scale_in.datapoints_to_alarm == 90 && aws_cloudwatch_metric_alarm.scale_out.evaluation_periods == 2
    error_message = "One fewer is tried only when a peak is over, one more at once."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.scale_in.treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.scale_out.treat_missing_data == "notBreaching"
    error_message = "A queue that reports nothing is an empty queue."
  }
  assert {
    condition     = aws_appautoscaling_target.this.resource_id == "service/brik-refunds-prod/brik-refunds-prod-request-manager"
    error_message = "Its own service."
  }
}

run "gateway_integration_follows_requests_50_10_between_2_and_6" {
  variables {
    service   = "gateway-integration"
    count_min = 2
    count_max = 6
    scaling   = { metric = "request_rate", scale_out_above = 50, scale_in_below = 10 }
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.scale_out.threshold == 50 && aws_cloudwatch_metric_alarm.scale_in.threshold == 10
    error_message = "Out above 50 requests a minute and task, in below 10."
  }
  assert {
    condition = alltrue([for query in aws_cloudwatch_metric_alarm.scale_out.metric_query : (
      query.id == "rate" ? query.expression == "MAX([FILL(blue, 0), FILL(green, 0)])" : query.metric[0].metric_name == "RequestCountPerTarget" && query.metric[0].period == 60 && query.metric[0].stat == "Sum"
    )])
    error_message = "Requests are counted per minute and task, on the colour that serves."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.scale_out.metric_name == null && length(aws_cloudwatch_metric_alarm.scale_out.metric_query) == 3
    error_message = "Two colours and their maximum."
  }
  assert {
    condition     = (var.scaling.scale_out_above + local.steep_above) / 3 >= var.scaling.scale_in_below
    error_message = "A step up must not end below the lower threshold."
  }
}

run "requests_without_a_load_balancer_are_refused" {
  command = plan
  variables {
    load_balancer = null
    scaling       = { metric = "request_rate", scale_out_above = 50, scale_in_below = 10 }
  }
  expect_failures = [aws_appautoscaling_target.this]
}

run "thresholds_that_flap_are_refused" {
  command = plan
  variables {
    scaling = { metric = "cpu", scale_out_above = 70, scale_in_below = 36 }
  }
  expect_failures = [var.scaling]
}

run "fewer_at_most_than_at_least_is_refused" {
  command = plan
  variables {
    count_min = 4
    count_max = 3
  }
  expect_failures = [aws_appautoscaling_target.this]
}

run "too_few_running_tasks_are_an_alarm" {
  assert {
    condition     = aws_cloudwatch_metric_alarm.running_tasks.threshold == 3 && aws_cloudwatch_metric_alarm.running_tasks.comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.running_tasks.treat_missing_data == "breaching"
    error_message = "Fewer tasks than the minimum, or none to report, is an alarm."
  }
}
