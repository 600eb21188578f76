# What the tasks write, encrypted and kept online for a stated time; module log_archive takes it from here.

resource "aws_cloudwatch_log_group" "this" {
  name              = "/${var.name}/${var.service}"
  kms_key_id        = var.logs_key_arn
  retention_in_days = var.log_retention_days

  tags = merge(var.tags, { Name = "/${var.name}/${var.service}" })
}
