# The backups with mocked providers: when, how long, where to, what of, and who cannot delete them.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-west-1:123456789012:backup-vault:vault" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/backup" }
  }
}

mock_provider "aws" {
  alias = "replica"

  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-central-1:123456789012:backup-vault:vault" }
  }
}

variables {
  name            = "brik-refunds-prod"
  tags            = { Environment = "prod" }
  backup_key_arn  = "arn:aws:kms:eu-west-1:123456789012:key/backup"
  replica_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/backup"
  alarm_topic_arn = "arn:aws:sns:eu-west-1:123456789012:critical"
}

run "hourly_backups_are_kept_thirty_days_and_daily_ones_ninety" {
  assert {
    condition     = { for name, plan in aws_backup_plan.this : name => one(one(plan.rule).lifecycle).delete_after } == { hourly = 30, daily = 90 }
    error_message = "Retention must be that of the recovery targets."
  }
  assert {
    condition     = { for name, plan in aws_backup_plan.this : name => one(plan.rule).schedule } == { hourly = "cron(0 * * * ? *)", daily = "cron(30 2 * * ? *)" }
    error_message = "Every hour and every day."
  }
}

run "every_backup_is_copied_to_the_second_region" {
  assert {
    condition     = alltrue([for plan in aws_backup_plan.this : one(one(plan.rule).copy_action).destination_vault_arn == output.replica_vault_arn])
    error_message = "A backup in the region that burns is none."
  }
  assert {
    condition     = alltrue([for plan in aws_backup_plan.this : one(one(one(plan.rule).copy_action).lifecycle).delete_after == one(one(plan.rule).lifecycle).delete_after])
    error_message = "Copies live as long as originals."
  }
  assert {
    condition     = aws_backup_vault.this.kms_key_arn == var.backup_key_arn && aws_backup_vault.replica.kms_key_arn == var.replica_key_arn
    error_message = "Each vault is under its region's key."
  }
}

run "daily_backups_go_to_the_backup_account_as_well" {
  command = plan
  variables {
    central_vault_arn = "arn:aws:backup:eu-west-1:210987654321:backup-vault:brik-refunds-copies"
  }
  assert {
    condition     = { for name, plan in aws_backup_plan.this : name => length(one(plan.rule).copy_action) } == { hourly = 1, daily = 2 }
    error_message = "Each day's backup has a copy that this account cannot reach."
  }
  assert {
    condition     = anytrue([for copy in one(aws_backup_plan.this["daily"].rule).copy_action : copy.destination_vault_arn == var.central_vault_arn && one(copy.lifecycle).delete_after == 90])
    error_message = "The copy lives as long as the backup."
  }
}

run "place_that_is_no_vault_is_refused" {
  command = plan
  variables {
    central_vault_arn = "brik-refunds-copies"
  }
  expect_failures = [var.central_vault_arn]
}

run "what_is_named_is_backed_up_whatever_its_tags" {
  variables {
    resource_arns = { hourly = ["arn:aws:s3:::one"] }
  }
  assert {
    condition     = join(" ", aws_backup_selection.this["hourly"].resources) == "arn:aws:s3:::one" && length(aws_backup_selection.this["daily"].resources) == 0
    error_message = "Each plan backs up what it was given."
  }
}

run "plan_that_there_is_not_is_refused" {
  command = plan
  variables {
    resource_arns = { weekly = ["arn:aws:s3:::one"] }
  }
  expect_failures = [var.resource_arns]
}

run "what_is_backed_up_is_said_by_its_tag" {
  assert {
    condition     = alltrue([for plan, selection in aws_backup_selection.this : one(selection.selection_tag).key == "backup-plan" && one(selection.selection_tag).value == plan])
    error_message = "The tag names the plan."
  }
  assert {
    condition     = length(aws_iam_role_policy_attachment.backup) == 4
    error_message = "The role must be able to back up and to restore, buckets too."
  }
}

run "nobody_deletes_a_backup_before_its_time" {
  assert {
    condition     = aws_backup_vault_lock_configuration.this[0].min_retention_days == 7 && aws_backup_vault_lock_configuration.replica[0].max_retention_days == 366
    error_message = "Both vaults are locked."
  }
  assert {
    condition     = jsondecode(aws_backup_vault_policy.this[0].policy).Statement[0].Effect == "Deny" && contains(jsondecode(aws_backup_vault_policy.replica[0].policy).Statement[0].Action, "backup:DeleteRecoveryPoint")
    error_message = "Both vaults refuse deletion."
  }
}

run "lock_becomes_final_when_asked" {
  command = plan
  variables {
    vault_lock_grace_days = 3
  }
  assert {
    condition     = aws_backup_vault_lock_configuration.this[0].changeable_for_days == 3
    error_message = "After the days of grace nobody lifts the lock."
  }
}

run "short_lived_environments_are_not_locked" {
  command = plan
  variables {
    vault_lock = false
  }
  assert {
    condition     = length(aws_backup_vault_lock_configuration.this) == 0 && length(aws_backup_vault_policy.replica) == 0
    error_message = "Where things are destroyed every day, no lock."
  }
}

run "failures_and_silence_are_alarms" {
  assert {
    condition     = toset([for alarm in aws_cloudwatch_metric_alarm.failed : alarm.metric_name]) == toset(["NumberOfBackupJobsFailed", "NumberOfCopyJobsFailed"])
    error_message = "A failed backup or copy is told."
  }
  assert {
    condition     = aws_cloudwatch_event_target.failures.arn == var.alarm_topic_arn && contains(jsondecode(aws_cloudwatch_event_rule.failures.event_pattern)["detail-type"], "Restore Job State Change")
    error_message = "A restore that failed is told, too."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.silent.treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.silent.period * aws_cloudwatch_metric_alarm.silent.evaluation_periods == 10800
    error_message = "Three hours without a backup are told."
  }
  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.failed), [aws_cloudwatch_metric_alarm.silent]) : alarm.alarm_actions == toset([var.alarm_topic_arn])])
    error_message = "Somebody must be told."
  }
}

run "lock_with_crossed_bounds_is_refused" {
  command = plan
  variables {
    vault_lock_days = { min = 90, max = 30 }
  }
  expect_failures = [var.vault_lock_days]
}

run "hasty_final_lock_is_refused" {
  command = plan
  variables {
    vault_lock_grace_days = 1
  }
  expect_failures = [var.vault_lock_grace_days]
}

run "backup_kept_for_no_day_is_refused" {
  command = plan
  variables {
    hourly_retention_days = 0
  }
  expect_failures = [var.hourly_retention_days]
}
