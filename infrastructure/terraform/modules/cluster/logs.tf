# What sessions inside tasks and Container Insights write.

resource "aws_cloudwatch_log_group" "sessions" {
  name              = "/${var.name}/sessions"
  kms_key_id        = var.logs_key_arn
  retention_in_days = var.log_retention_days

  tags = merge(var.tags, { Name = "/${var.name}/sessions" })
}

resource "aws_cloudwatch_log_group" "insights" {
  name              = "/aws/ecs/containerinsights/${var.name}/performance"
  kms_key_id        = var.logs_key_arn
  retention_in_days = var.log_retention_days

  tags = merge(var.tags, { Name = "/aws/ecs/containerinsights/${var.name}/performance" })
}
