# The function that changes the cache's token. Its source is in rotation/python, packed by scripts/rotation_package.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

locals {
  account        = data.aws_caller_identity.this.account_id
  partition      = data.aws_partition.this.partition
  region         = data.aws_region.this.name
  package        = "${path.module}/rotation/rotation.zip"
  cache_group_id = "${var.name}-cache"
  function_name  = "${var.name}-redis-token-rotation"
}

resource "aws_lambda_function" "rotation" {
  #checkov:skip=CKV_AWS_272:the package is the repository's own, held equal to its source by a test and pinned by its hash
  #checkov:skip=CKV_AWS_116:Secrets Manager calls, waits for the answer and tries again; there is no message to set aside
  function_name    = local.function_name
  description      = "Changes the token of the cache"
  role             = aws_iam_role.rotation.arn
  filename         = local.package
  source_code_hash = filebase64sha256(local.package)
  runtime          = "python3.12"
  architectures    = ["arm64"]
  handler          = "function.handler"
  memory_size      = 128
  timeout          = 900
  kms_key_arn      = var.secrets_key_arn

  # Two rotations at once would confuse each other.
  reserved_concurrent_executions = 1

  vpc_config {
    subnet_ids         = var.network.subnet_ids
    security_group_ids = [aws_security_group.rotation.id]
  }

  environment {
    variables = {
      CACHE_GROUP_ID     = local.cache_group_id
      SERVICE_SECRET_IDS = join(",", [for service in sort(var.services) : aws_secretsmanager_secret.service[service].arn])
    }
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.rotation.name
  }

  tracing_config {
    mode = "Active"
  }

  tags = merge(var.tags, { Name = local.function_name })

  depends_on = [aws_iam_role_policy.rotation, aws_iam_role_policy.rotation_network]
}

resource "aws_lambda_permission" "rotation" {
  function_name  = aws_lambda_function.rotation.function_name
  action         = "lambda:InvokeFunction"
  principal      = "secretsmanager.amazonaws.com"
  source_account = local.account
  source_arn     = aws_secretsmanager_secret.redis_token.arn
}

resource "aws_cloudwatch_log_group" "rotation" {
  name              = "/${var.name}/redis-token-rotation"
  kms_key_id        = var.logs_key_arn
  retention_in_days = var.log_retention_days

  tags = merge(var.tags, { Name = "/${var.name}/redis-token-rotation" })
}

resource "aws_cloudwatch_metric_alarm" "rotation" {
  alarm_name          = "${local.function_name}-failed"
  alarm_description   = "The cache's token could not be changed. The old one goes on working."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.rotation.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = compact([var.alarm_topic_arn])

  tags = merge(var.tags, { Name = "${local.function_name}-failed" })
}
