# The function that writes role, scope and second factor into access tokens. Its source is in claims/python, packed by
# scripts/claims_package. Why it is there: docs/decisions/0020.

locals {
  claims_package       = "${path.module}/claims/claims.zip"
  claims_function_name = "${var.name}-token-claims"
}

resource "aws_lambda_function" "claims" {
  #checkov:skip=CKV_AWS_272:the package is the repository's own, held equal to its source by a test and pinned by its hash
  #checkov:skip=CKV_AWS_116:Cognito calls and waits for the answer; there is no message to set aside
  #checkov:skip=CKV_AWS_117:it connects to nothing, and Cognito does not call from within the VPC
  #checkov:skip=CKV_AWS_173:its one variable says whether the pool asks for a second factor, which is no secret
  function_name    = local.claims_function_name
  description      = "Writes role, scope and second factor into access tokens"
  role             = aws_iam_role.claims.arn
  filename         = local.claims_package
  source_code_hash = filebase64sha256(local.claims_package)
  runtime          = "python3.12"
  architectures    = ["arm64"]
  handler          = "function.handler"
  memory_size      = 128
  timeout          = 5

  # People sign in a few times an hour; what is beyond is an attack on the account's other functions.
  reserved_concurrent_executions = 20

  environment {
    variables = { MFA = var.mfa }
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.claims.name
  }

  tracing_config {
    mode = "Active"
  }

  tags = merge(var.tags, { Name = local.claims_function_name })

  depends_on = [aws_iam_role_policy.claims]
}

resource "aws_lambda_permission" "claims" {
  function_name  = aws_lambda_function.claims.function_name
  action         = "lambda:InvokeFunction"
  principal      = "cognito-idp.amazonaws.com"
  source_account = data.aws_caller_identity.this.account_id
  source_arn     = aws_cognito_user_pool.this.arn
}

resource "aws_cloudwatch_log_group" "claims" {
  name              = "/${var.name}/token-claims"
  kms_key_id        = var.logs_key_arn
  retention_in_days = var.log_retention_days

  tags = merge(var.tags, { Name = "/${var.name}/token-claims" })
}

resource "aws_iam_role" "claims" {
  name                 = local.claims_function_name
  description          = "Lets the function that writes claims keep its log; it may do nothing else"
  permissions_boundary = aws_iam_policy.boundary.arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  tags = merge(var.tags, { Name = local.claims_function_name })
}

resource "aws_iam_role_policy" "claims" {
  #checkov:skip=CKV_AWS_290:traces are no resources
  #checkov:skip=CKV_AWS_355:traces are no resources
  name = "keep-its-log"
  role = aws_iam_role.claims.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.claims.arn}:*"]
      },
      {
        Sid      = "WriteTraces"
        Effect   = "Allow"
        Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource = ["*"]
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "claims" {
  alarm_name          = "${local.claims_function_name}-failed"
  alarm_description   = "Claims could not be written, so somebody could not sign in."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.claims.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = compact([var.alarm_topic_arn])
  ok_actions          = compact([var.alarm_topic_arn])

  tags = merge(var.tags, { Name = "${local.claims_function_name}-failed" })
}
