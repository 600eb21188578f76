# What AWS tells once, as an event, and counts in no metric: a deployment that failed or was stopped, a task that ECS
# killed for its memory.

locals {
  deployments_of_codedeploy = {
    source      = ["aws.codedeploy"]
    detail-type = ["CodeDeploy Deployment State-change Notification"]
    detail      = { application = [local.full_name], state = ["FAILURE", "STOP"] }
  }

  deployments_of_ecs = {
    source      = ["aws.ecs"]
    detail-type = ["ECS Deployment State Change"]
    resources   = ["arn:${local.partition}:ecs:${local.region}:${local.account}:service/${var.cluster_name}/${local.full_name}"]
    detail      = { eventName = ["SERVICE_DEPLOYMENT_FAILED"] }
  }
}

resource "aws_cloudwatch_event_rule" "failed_deployments" {
  name          = "${local.full_name}-failed-deployments"
  description   = "A deployment of ${var.service} failed or was stopped."
  event_pattern = local.is_blue_green ? jsonencode(local.deployments_of_codedeploy) : jsonencode(local.deployments_of_ecs)

  # Said outright: left out, a rule that somebody disabled would not show in a plan.
  state = "ENABLED"

  tags = merge(var.tags, { Name = "${local.full_name}-failed-deployments" })
}

resource "aws_cloudwatch_event_target" "failed_deployments" {
  rule      = aws_cloudwatch_event_rule.failed_deployments.name
  target_id = "alarms"
  arn       = var.alarm_topic_arn
}

resource "aws_cloudwatch_event_rule" "out_of_memory" {
  name        = "${local.full_name}-out-of-memory"
  description = "ECS killed a task of ${var.service} that was out of memory."

  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Task State Change"]
    detail = {
      clusterArn = [var.cluster_arn]
      group      = ["service:${local.full_name}"]
      lastStatus = ["STOPPED"]
      "$or" = [
        { stoppedReason = [{ prefix = "OutOfMemoryError" }] },
        { containers = { reason = [{ prefix = "OutOfMemoryError" }] } },
      ]
    }
  })

  # Said outright: left out, a rule that somebody disabled would not show in a plan.
  state = "ENABLED"

  tags = merge(var.tags, { Name = "${local.full_name}-out-of-memory" })
}

resource "aws_cloudwatch_event_target" "out_of_memory" {
  rule      = aws_cloudwatch_event_rule.out_of_memory.name
  target_id = "alarms"
  arn       = var.alarm_topic_arn
}
