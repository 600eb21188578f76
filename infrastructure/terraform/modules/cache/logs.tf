# Slow commands and what the engine tells of itself.

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["slow-log", "engine-log"])

  name              = "/${var.name}/cache/${each.key}"
  kms_key_id        = coalesce(var.logs_key_arn, var.data_key_arn)
  retention_in_days = var.log_retention_days

  tags = merge(var.tags, { Name = "/${var.name}/cache/${each.key}" })
}
