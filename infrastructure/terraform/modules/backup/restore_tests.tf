# A backup that was never restored is none: every week AWS Backup restores the newest recovery point of each bucket from
# the vault, and removes what it restored after a day.

resource "aws_backup_restore_testing_plan" "this" {
  name                         = "${replace(var.name, "-", "_")}_weekly"
  schedule_expression          = "cron(0 4 ? * SUN *)"
  schedule_expression_timezone = "UTC"
  start_window_hours           = 4

  recovery_point_selection {
    algorithm             = "LATEST_WITHIN_WINDOW"
    include_vaults        = [aws_backup_vault.this.arn]
    recovery_point_types  = ["SNAPSHOT", "CONTINUOUS"]
    selection_window_days = 7
  }

  tags = merge(var.tags, { Name = "${var.name}-weekly" })
}

resource "aws_backup_restore_testing_selection" "buckets" {
  name                      = "${replace(var.name, "-", "_")}_buckets"
  restore_testing_plan_name = aws_backup_restore_testing_plan.this.name
  protected_resource_type   = "S3"
  protected_resource_arns   = ["*"]
  iam_role_arn              = aws_iam_role.backup.arn
  validation_window_hours   = 24
}
